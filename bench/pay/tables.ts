import type { Compared } from './compared.js';

const percent = (value: number): string => (100 * value).toFixed(1);
const signed = (value: number): string => (value > 0 ? '+' : '') + (100 * value).toFixed(1);

/** All comparisons as Markdown, a table each, after one that sums them up. */
export function tablesOf(all: readonly Compared[]): string {
  return `# Policies at full length

Made by \`npm run bench -- pay\` from the \`compare\` runs named; [README.md](README.md) has their commands and what follows from them. Means over seeds in per cent; differences from \`recommended\` in points with
95 % intervals, paired by seed and by image, the wider of the two. Bold: the interval leaves out 0. The curves are on held-out images, the figures on test images.

${summaryOf(all)}

${all.map(tableOf).join('\n\n')}
`;
}

/** One line a comparison: who was best, and which arms recommended is surely ahead of or behind. */
function summaryOf(all: readonly Compared[]): string {
  const rows = all.map((one) => {
    const own = one.arms.find(({ name }) => name === 'recommended');
    const names = (test: (low: number, high: number) => boolean): string =>
      one.arms
        .filter(({ against }) => against !== null && test(against.low, against.high))
        .map(({ name }) => name)
        .join(', ') || '-';
    const [best] = one.arms;
    return `| ${one.name} | ${own ? percent(own.mean) : '-'} | ${best.name} ${percent(best.mean)} | ${names((_, high) => high < 0)} | ${names((low) => low > 0)} |`;
  });
  return [
    '| comparison | recommended | best arm | recommended surely ahead of | surely behind |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** How many seeds the arms have: fewer than were planned where a comparison has not ended. */
function seedsOf({ arms }: Compared): string {
  const counts = arms.map(({ bySeed }) => bySeed.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  if (most === 1) return '1 seed';
  return fewest === most ? `${most} seeds` : `${fewest} or ${most} seeds an arm`;
}

function tableOf(one: Compared): string {
  const { name, network, images, classes, testImages, epochs, device, precision } = one;
  const { measure, secondMeasure: also } = one;
  const rows = one.arms.map(({ name: arm, bySeed, mean, against, second }) => {
    const range =
      against === null
        ? ''
        : `${signed(against.value)} [${signed(against.low)}, ${signed(against.high)}]`;
    const isSure = against !== null && (against.low > 0 || against.high < 0);
    const more = second === undefined ? '' : ` ${percent(second)} |`;
    return `| ${arm} | ${bySeed.map(percent).join(', ')} | ${percent(mean)} |${more} ${isSure ? `**${range}**` : range} |`;
  });
  return [
    `## ${name}`,
    '',
    `${network}, ${images} images of ${classes} classes to train on, ${testImages} to test on, ${epochs} epochs, ${seedsOf(one)}, ${device} in ${precision}.`,
    '',
    `![Accuracy on held-out images over the epochs](curves/${name}.svg)`,
    '',
    `| arm | ${measure}, each seed | mean |${also ? ` ${also} |` : ''} against recommended |`,
    `| --- | --- | --- |${also ? ' --- |' : ''} --- |`,
    ...rows,
  ].join('\n');
}
