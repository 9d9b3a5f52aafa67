import type { Learned } from './learned.js';

const percent = (value: number): string => (100 * value).toFixed(1);
const short = (value: number): string => value.toFixed(2).replace(/^(-?)0\./, '$1.');
const minutes = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** All runs as Markdown: a line each, then J and verdict of every augmentation, a column a seed. */
export function seedTables(all: readonly Learned[]): string {
  const sets = [...new Set(all.map(({ set }) => set))];
  const summary = all.map((run) => {
    const { set, seed, seconds, epochs, judged, accuracy, augmentations, machine, precision } = run;
    const count = (verdict: string): number =>
      augmentations.filter((a) => a.verdict === verdict).length;
    const further = [
      ...(run.balanced === undefined ? [] : [`balanced ${percent(run.balanced)}`]),
      ...(run.cleanPixels === undefined ? [] : [`pixels ${percent(run.cleanPixels)}`]),
      ...(run.pixels === undefined ? [] : [`pixels augmented ${percent(run.pixels)}`]),
    ];
    return [
      ...[set, seed, `${machine}, ${precision}`, minutes(seconds), epochs.join(', '), judged],
      `${run.figure} ${percent(accuracy.value)} [${percent(accuracy.low)}, ${percent(accuracy.high)}]${further.length > 0 ? `; ${further.join(', ')}` : ''}`,
      `${count('safe')}, ${count('undecided')}, ${count('unsafe')}`,
    ].join(' | ');
  });
  return `# Photographs, seed by seed

Made by \`npm run bench -- photos\` from \`learn\` runs; [README.md](README.md) says what follows from them. Accuracy is that of the judging images, in per cent with its 95 % interval; pixels: share of right pixels on these images; augmented: on held-out images under
random augmentations, as they are trained on. The last column counts the verdicts.

| set | seed | machine | time, min:s | epochs of each fold | images judged | accuracy | safe, undecided, unsafe |
| --- | --- | --- | --- | --- | --- | --- | --- |
${summary.map((row) => `| ${row} |`).join('\n')}

${sets.map((set) => tableOf(all.filter((run) => run.set === set))).join('\n\n')}
`;
}

function tableOf(runs: readonly Learned[]): string {
  const [first] = runs;
  const names = first.augmentations.map(({ name }) => name);
  const meanJ = (name: string): number =>
    runs.reduce((sum, run) => sum + (found(run, name)?.j.value ?? 0), 0) / runs.length;
  const rows = names
    .sort((a, b) => meanJ(a) - meanJ(b))
    .map((name) => {
      const cells = runs.map((run) => {
        const one = found(run, name);
        if (one === undefined) return '-';
        const { j, verdict, grade } = one;
        const said = verdict === grade ? verdict : `${verdict}, ${grade}`;
        return `${short(j.value)} [${short(j.low)}, ${short(j.high)}] ${said}`;
      });
      return `| ${name} | ${cells.join(' | ')} |`;
    });
  return [
    `## ${first.set}`,
    '',
    `\`${first.command}\`, ${first.images} images. J, its interval, verdict and grade:`,
    '',
    `| augmentation | ${runs.map(({ seed }) => `seed ${seed}`).join(' | ')} |`,
    `| --- |${' --- |'.repeat(runs.length)}`,
    ...rows,
    '',
    `Delta: ${runs.map(({ delta }) => short(delta)).join(', ')}.`,
  ].join('\n');
}

function found({ augmentations }: Learned, name: string) {
  return augmentations.find((a) => a.name === name);
}
