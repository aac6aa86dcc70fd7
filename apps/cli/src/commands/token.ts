import { randomBytes } from 'node:crypto';
import { secretDigest } from '@rollcall/service-kit';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { EXIT } from '../exit-codes';
import { addToken, readTokensFile, type TokenEntry } from '../tokens/tokens-file';

interface NewOptions {
  readonly scope: readonly string[];
  readonly route?: readonly string[];
  readonly file?: string;
}

/** 256 bits, in characters that an Authorization header takes (RFC 6750 §2.1). */
const SECRET_BYTES = 32;

export const addTokenCommands: AddCommand = (program, act) => {
  const token = program.command('token').description('Tokens for a registry.');
  token
    .command('new')
    .summary('makes a token')
    .description(
      'Makes a token and writes it to standard output, once: only its digest is kept. With --file the registry knows it ' +
        'as soon as it has read its file again, which it does by itself.',
    )
    .argument('<name>', 'whom it is for; events and logs have this name')
    .requiredOption('--scope <scope...>', 'read, admin, write:<service> or write:*')
    .option('--route <path...>', 'paths that its bearer may announce, beside /<service>')
    .option('--file <file>', "the registry's tokens file (REGISTRY_TOKENS_FILE); made where there is none")
    .action(
      act(async ({ out, env }, name: string, { scope, route, file }: NewOptions) => {
        const secret = randomBytes(SECRET_BYTES).toString('base64url');
        const entry: TokenEntry = {
          name,
          sha256: secretDigest(secret).toString('hex'),
          scopes: scope,
          ...(route === undefined ? {} : { routes: route }),
        };
        const into = file ?? (env['REGISTRY_TOKENS_FILE'] || undefined);
        if (into !== undefined) await addToken(into, entry);
        out.show({
          data: { token: secret, ...entry },
          names: [secret],
          table: () => [secret],
        });
        out.hint(
          into === undefined
            ? `to the tokens of REGISTRY_TOKENS_FILE add ${JSON.stringify(entry)}`
            : `${name} is in ${into}; keep the token, it is shown only now`,
        );
      }),
    );
  token
    .command('check')
    .summary('whether a registry takes a tokens file')
    .description(
      'Reads a tokens file as a registry does: its tokens, or all of its faults with line and column.',
    )
    .argument('[file]', '(default: REGISTRY_TOKENS_FILE)')
    .action(
      act(async ({ out, env }, given: string | undefined) => {
        const file = given ?? (env['REGISTRY_TOKENS_FILE'] || undefined);
        if (file === undefined)
          throw new CliFault(
            EXIT.usage,
            'no tokens file is named',
            'rollcall whoami is about the token in use',
          );
        const { tokens, certificates, plain, isOpen } = await readTokensFile(file);
        out.show({
          data: { file, tokens, certificates, plain, open: isOpen },
          names: [...tokens, ...certificates].map(({ name }) => name),
          table: () => ({
            columns: [
              { title: 'NAME' },
              { title: 'SCOPES' },
              ...(certificates.length > 0 ? [{ title: 'CERTIFICATE' }] : []),
            ],
            rows: [
              ...tokens.map(({ name, scopes }) => [
                name,
                scopes.join(', '),
                ...(certificates.length > 0 ? [''] : []),
              ]),
              ...certificates.map(({ name, scopes, certificate }) => [name, scopes.join(', '), certificate]),
            ],
          }),
        });
        if (plain.length > 0)
          out.hint(
            `warning: the tokens of ${plain.join(', ')} stand in it as they are; write their sha256 instead`,
          );
        if (plain.length > 0 && isOpen) out.hint(`warning: others can read it: chmod 600 ${file}`);
        return plain.length > 0 && isOpen ? EXIT.no : EXIT.ok;
      }),
    );
};
