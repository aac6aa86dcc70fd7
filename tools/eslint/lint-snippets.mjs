import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import './make-project-graph.mjs';

/**
 * Lints snippets as if they were files of this workspace: reads `[{filePath, code}]` from stdin and writes, in
 * the same order, the list of rules each one broke. Its own process, because Jest cannot load an ESM config.
 * Typed rules are off: the snippets' files do not exist, so no TypeScript program knows them.
 */
const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });

const lint = async ({ filePath, code }) => {
  const [result] = await eslint.lintText(code, { filePath });
  return result.messages.map((message) => message.ruleId ?? message.message);
};

const snippets = JSON.parse(await text(process.stdin));
const broken = [];
for (const snippet of snippets) broken.push(await lint(snippet));
process.stdout.write(JSON.stringify(broken));
