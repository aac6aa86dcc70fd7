import type { Diagnosis, Examined, Level } from '@rollcall/diagnosis';
import type { AddCommand } from '../command';
import { collectFacts } from '../doctor/collect-facts';
import { examine } from '../doctor/examine';
import { EXIT } from '../exit-codes';
import type { Colour } from '../output/paint';
import type { Table } from '../output/table';

interface DoctorOptions {
  readonly strict?: boolean;
  readonly short?: boolean;
  readonly self?: boolean;
}

export const addDoctor: AddCommand = (program, act) => {
  program
    .command('doctor')
    .summary('examines all of it, and says how to mend what is wrong')
    .description(
      'Examines the registry, what is registered, and the gateways of --gateway-admin: one sentence each, with what ' +
        'mends it. Exits with 1 when a check has failed. Nothing is changed.',
    )
    .option('--strict', 'warnings count as failures, and what is right for production alone is examined too')
    .option('--short', 'only what is wrong')
    .option('--self', 'examine also the container that this command runs in')
    .action(
      act(async (session, { strict = false, short = false, self = false }: DoctorOptions) => {
        const diagnosis = examine(await collectFacts(session, { self }), { strict });
        const shown = short ? diagnosis.checks.filter(({ level }) => level !== 'ok') : diagnosis.checks;
        session.out.show({
          data: { ...diagnosis, checks: shown },
          names: shown.map(({ id }) => id),
          table: () => [tableOf(shown), ...mendsOf(shown), summaryOf(diagnosis)],
        });
        return diagnosis.ok ? EXIT.ok : EXIT.no;
      }),
    );
};

const MARK: Readonly<Record<Level, { readonly mark: string; readonly colour: Colour }>> = {
  ok: { mark: '✓ ok', colour: 'green' },
  warn: { mark: '! warn', colour: 'yellow' },
  fail: { mark: '✕ fail', colour: 'red' },
};

function tableOf(checks: readonly Examined[]): Table {
  return {
    columns: [{ title: '' }, { title: 'CHECK' }, { title: 'FOUND' }],
    rows: checks.map(({ id, level, text }) => [
      { text: MARK[level].mark, colour: MARK[level].colour },
      id,
      text,
    ]),
  };
}

function mendsOf(checks: readonly Examined[]): readonly string[] {
  return checks.flatMap(({ id, mend }) => (mend === null ? [] : [`mend ${id}: ${mend}`]));
}

function summaryOf({ checks, failures, warnings, left_out }: Diagnosis): string {
  const leftOut =
    left_out.length === 0 ? '' : `, ${left_out.length} left out, since what they judge by is not known`;
  return `${checks.length} checks: ${failures} failed, ${warnings} warnings${leftOut}`;
}
