import { Command } from 'commander';
import type { Examination } from '../../commands/doctor/doctor.js';
import type { Finding } from '../../commands/doctor/finding.js';
import { printable } from '../../core/index.js';
import { EndsWith } from '../ends-with.js';

/** `doctor`: what the program runs with here, and what is missing. Exit code 1 where something needed is. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('say which engine, card, precision and threads are used, and what is missing')
    .option('--json', 'print it for programs')
    .action(async ({ json }: { json?: true }) => {
      const { examine } = await import('../../commands/doctor/doctor.js');
      const examination = await examine();
      console.log(json ? JSON.stringify(examination, null, 2) : examinationText(examination));
      if (!examination.ok) throw new EndsWith(1);
    });
}

/** What people read: a paragraph a topic, then what is to be done. */
export function examinationText({
  ok,
  version,
  node,
  system,
  glibc,
  findings,
}: Examination): string {
  const library = glibc === null ? '' : `, glibc ${glibc}`;
  const problems = findings.filter(({ problem }) => problem !== undefined);
  return [
    `safe-augment ${version}, Node ${node}, ${system}${library}`,
    '',
    ...findings.flatMap(paragraph),
    '',
    ...problems.flatMap(problemLines),
    ok ? 'Everything needed is there.' : 'Something needed is missing.',
  ].join('\n');
}

const indent = ' '.repeat(11);

function paragraph({ topic, lines }: Finding): string[] {
  return lines.map(
    (line, i) => `${i === 0 ? topic.padEnd(indent.length) : indent}${printable(line)}`,
  );
}

function problemLines({ topic, state, problem }: Finding): string[] {
  if (problem === undefined) return [];
  return [
    `${state}: ${topic}: ${printable(problem.what)}`,
    `  remedy:   ${printable(problem.remedy)}`,
    '',
  ];
}
