import { splitTwoGroups } from '../../src/metrics/index.js';
import type { RunRow, VerdictRow } from './row.js';

/** A rule that calls an augmentation safe or not, by point estimates: no interval, nothing undecided. */
interface Rule {
  readonly name: string;
  safe(v: VerdictRow, run: RunRow): boolean;
}

const harmMargin = 0.2;
const whole = (v: VerdictRow): number => v.looks.whole;

/** The most recognisable harmless control, where it is harmless, within bounds. */
function byControls(run: RunRow, low: number, high: number): number {
  const usable = Object.values(run.harmless).filter((j) => j < 0.25);
  return Math.min(high, Math.max(low, ...usable));
}

/** Candidates for the margin between safe and unsafe, on the same runs. */
const rules: readonly Rule[] = [
  { name: 'network, whole image: delta 0.10', safe: (v) => whole(v) < 0.1 },
  { name: 'network, whole image: delta 0.20', safe: (v) => whole(v) < 0.2 },
  {
    name: 'network, whole image: delta from harmless controls, 0.10 to 0.16',
    safe: (v, run) => whole(v) < byControls(run, 0.1, 0.16),
  },
  {
    name: 'network, whole image: the low of two groups',
    safe: (v, run) => whole(v) < splitTwoGroups(run.verdicts.map(whole)).split,
  },
  { name: 'harm alone: below 0.2', safe: (v) => v.harm < harmMargin },
  {
    name: 'network, whole image: delta 0.20 and harm below 0.2',
    safe: (v) => whole(v) < 0.2 && v.harm < harmMargin,
  },
  { name: 'all looks: delta 0.10', safe: (v) => v.j < 0.1 },
  { name: 'all looks: delta 0.20', safe: (v) => v.j < 0.2 },
  {
    name: 'all looks: the low of two groups',
    safe: (v, run) => v.j < splitTwoGroups(run.verdicts.map((w) => w.j)).split,
  },
  {
    name: 'all looks: delta from harmless controls, 0.15 to 0.20',
    safe: (v, run) => v.j < byControls(run, 0.15, 0.2),
  },
  {
    name: 'all looks: delta from harmless controls, 0.15 to 0.20, and harm below 0.2 (adopted)',
    safe: (v, run) => v.j < byControls(run, 0.15, 0.2) && v.harm < harmMargin,
  },
];

/** How the rules fare on runs that were not undertrained, as a table of Markdown. */
export function compareRules(runs: readonly RunRow[]): string {
  const trained = runs.filter((run) => run.status !== 'undertrained');
  const cases = trained.flatMap((run) =>
    run.verdicts.flatMap((v) => (v.truth === 'ambiguous' ? [] : [{ v, run }])),
  );
  const lines = rules.map(({ name, safe }) => {
    const called = cases.filter(({ v, run }) => safe(v, run));
    const wrong = called.filter(({ v }) => v.truth === 'unsafe').length;
    const right = called.length - wrong;
    const all = cases.filter(({ v }) => v.truth === 'safe').length;
    return `| ${name} | ${wrong} of ${cases.length - all} | ${right} of ${all} |`;
  });
  return `| rule, by point estimates | unsafe called safe | safe called safe |\n| --- | --- | --- |\n${lines.join('\n')}\n`;
}
