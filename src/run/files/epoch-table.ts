import type { EpochMetrics, RunEventOf } from './events-file.js';

type Epoch = RunEventOf<'epoch'>;

/**
 * `results.csv` of a training: a line an epoch, RFC 4180 with CRLF, the columns in this order:
 *
 * `fold` (from 1; only of a training in folds), `epoch` (from 1), `images` (trained on up to its end, of this fold), `seconds`
 * (of its training, in the sitting that ended it), `loss` and `held_out_loss`, every other figure of the training images under its
 * name and of the held-out images as `held_out_NAME`, `learning_rate` (of its last step). A cell is empty where nothing was
 * measured. The numbers are those of `events.jsonl`, not rounded.
 *
 * @param epochs in any order; of an epoch that was reported twice, which a killed run may have done, the last counts
 */
export function epochTable(epochs: readonly Epoch[]): string {
  const rows = sorted(epochs);
  const ofTraining = namesIn(rows.map(({ train }) => train));
  const ofHeldOut = namesIn(rows.map(({ judging }) => judging));
  const inFolds = rows.some(({ fold }) => fold !== undefined);
  const heads = [
    ...(inFolds ? ['fold'] : []),
    ...['epoch', 'images', 'seconds', 'loss', 'held_out_loss'],
    ...ofTraining,
    ...ofHeldOut.map((name) => `held_out_${name}`),
    'learning_rate',
  ];
  let seen: number | undefined = 0;
  const lines = rows.map((row, i): Cell[] => {
    const { fold, epoch, images, seconds, train, judging, lr } = row;
    if (fold !== rows[i - 1]?.fold) seen = 0;
    // An earlier version did not say how many there were.
    seen = seen === undefined || images === undefined ? undefined : seen + images;
    return [
      ...(inFolds ? [fold] : []),
      ...[epoch, seen, seconds, train.loss, judging?.loss],
      ...ofTraining.map((name) => train[name]),
      ...ofHeldOut.map((name) => judging?.[name]),
      lr,
    ];
  });
  return [heads, ...lines].map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

type Cell = string | number | undefined;

function sorted(epochs: readonly Epoch[]): Epoch[] {
  const last = new Map<string, Epoch>();
  for (const epoch of epochs) last.set(`${epoch.fold ?? 1}/${epoch.epoch}`, epoch);
  return [...last.values()].sort((a, b) => (a.fold ?? 1) - (b.fold ?? 1) || a.epoch - b.epoch);
}

/** The figures beside the loss, in the order in which they first appear. */
function namesIn(metrics: readonly (EpochMetrics | null)[]): string[] {
  const names = new Set(metrics.flatMap((own) => Object.keys(own ?? {})));
  names.delete('loss');
  return [...names];
}

function cellText(cell: Cell): string {
  if (cell === undefined || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  const text = String(cell);
  // A data set's name, which begins its figures' names, may hold anything.
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
