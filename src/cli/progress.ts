import { Presets, SingleBar } from 'cli-progress';
import { counted, formatDuration } from '../core/index.js';
import { sizeText } from '../image/size-text.js';
import {
  epochFigures,
  phaseNames,
  type EpochMetrics,
  type Phase,
  type RunEvent,
  type RunEventOf,
} from '../run/files/index.js';
import { shown } from './outcome.js';

/** Seconds between plain lines where there is no terminal. */
const lineEvery = 10;
/** Part of the planned steps by which they must have changed to be worth a line. */
const worthSaying = 0.25;

/** Where events are shown. */
export interface Display {
  /** A terminal that can redraw a line. */
  readonly terminal: boolean;
  write(line: string): void;
  /** Seconds of any clock. */
  now(): number;
}

/** Lines and bar on standard output, or on standard error where the former is for the result. */
export function displayOn(stream: NodeJS.WriteStream): Display {
  return {
    terminal: stream.isTTY === true,
    write: stream === process.stderr ? (line) => console.error(line) : (line) => console.log(line),
    now: () => performance.now() / 1000,
  };
}

/**
 * Shows a run's events: on a terminal what was read and planned, warnings, and a bar with all that passes; elsewhere, or
 * where details are wanted, a line for each event, of progress one every ten seconds.
 */
export function showEvents(
  { terminal, write, now }: Display,
  details = false,
): {
  onEvent(event: RunEvent): void;
  end(): void;
} {
  let bar: SingleBar | undefined;
  let barPhase: Phase | undefined;
  let lastLine = now();
  // The figures of the last epoch, beside the bar.
  let held = '';
  let doing = '';
  const end = (): void => {
    bar?.stop();
    bar = undefined;
    barPhase = undefined;
  };
  const line = (text: string): void => {
    end();
    write(text);
  };
  const progress = (event: RunEventOf<'progress'>): void => {
    if (!terminal) {
      if (now() - lastLine < lineEvery) return;
      lastLine = now();
      write(progressLine(event));
      return;
    }
    if (bar === undefined || barPhase !== event.phase) {
      startBar(event.phase);
    }
    bar?.setTotal(event.total);
    const text = [progressText(event), ...(event.phase === 'train' && held ? [held] : [])];
    bar?.update(event.done, { text: `${doing}: ${text.join(', ')}` });
  };
  const startBar = (phase: Phase): void => {
    end();
    bar = new SingleBar(
      { format: ' {bar} {percentage}% | {text}', hideCursor: true, clearOnComplete: true },
      Presets.shades_classic,
    );
    barPhase = phase;
    bar.start(1, 0, { text: `${doing} ...` });
  };
  return {
    end,
    onEvent(event) {
      if (event.type === 'phase') doing = event.label ?? phaseNames[event.phase];
      if (event.type === 'progress') progress(event);
      else if (terminal && !details && passes(event)) {
        if (event.type === 'phase') startBar(event.phase);
        if (event.type === 'epoch' && event.judging !== null) held = heldOut(event.judging);
      } else {
        const text = sentence(event);
        if (text !== undefined) line(text);
      }
    },
  };
}

/** Whether an event is one that a bar shows while it passes. */
function passes({ type }: RunEvent): boolean {
  return ['phase', 'steps', 'epoch', 'judging'].includes(type);
}

function progressLine(event: RunEventOf<'progress'>): string {
  const percent = Math.floor((100 * event.done) / Math.max(1, event.total));
  return `  ${String(percent).padStart(3)}% ${progressText(event)}`;
}

function progressText(event: RunEventOf<'progress'>): string {
  const parts: string[] = [];
  if (event.epoch !== undefined) parts.push(`epoch ${event.epoch}/${event.epochs}`);
  if (event.label !== undefined) parts.push(event.label);
  if (event.loss !== undefined) parts.push(`loss ${event.loss.toFixed(3)}`);
  const rate = event.imagesPerSecond;
  if (rate !== undefined && rate > 0) {
    parts.push(`${Math.round(rate)} images/s`);
    parts.push(`${formatDuration((event.total - event.done) / rate)} left`);
  }
  return parts.join(', ');
}

function balanceText({ balance }: RunEventOf<'data'>): string {
  if (balance === undefined) return '';
  const { fewest, most } = balance;
  return `; classes of ${fewest} to ${most} images, which the training loss makes up for (classBalance)`;
}

/** A line for an event; undefined where it needs none. */
function sentence(event: Exclude<RunEvent, { type: 'progress' }>): string | undefined {
  switch (event.type) {
    case 'phase':
      return `${event.label ?? phaseNames[event.phase]} ...`;
    case 'data':
      return `  ${event.set === undefined ? event.kind : `${event.set} (${event.kind})`}: ${event.classes} classes, ${sizeText(event)} px; ${event.train} images for training, ${event.judging} for judging, ${event.test} for testing${event.skipped > 0 ? `, ${event.skipped} skipped` : ''}${groupsText(event)}${event.batch === undefined ? '' : `; batch size ${event.batch}`}${balanceText(event)}${event.precision === undefined ? '' : `; computing in ${event.precision}`}`;
    case 'size':
      return `  ${event.images.toLocaleString('en')} images of ${sizeRange(event)}, worked on at ${sizeText(event)} (${event.fit})`;
    case 'weights':
      return `  ${event.file}: loaded ${event.loaded} of ${event.of} tensors${event.unused.length > 0 ? `; not used: ${layersOf(event.unused).join(', ')}` : ''}`;
    case 'plan':
      return `  ${event.reason}; about ${formatDuration(event.seconds)} in total`;
    case 'steps':
      // The clock may waver by some steps many times.
      if (Math.abs(event.steps / event.planned - 1) < worthSaying) return undefined;
      return event.steps < event.planned
        ? `  the machine is slower than it was measured: ${event.steps} of ${event.planned} steps fit the budget`
        : `  the machine is faster than it was measured: ${event.steps} steps instead of ${event.planned} fit the budget`;
    case 'epoch':
      return event.judging === null ? undefined : epochLine(event);
    case 'judging':
      return event.undecided.length === 0
        ? undefined
        : `  undecided after ${counted(event.draws, 'draw')}: ${event.undecided.join(', ')}`;
    case 'warning':
      return `  warning: ${event.message}`;
    case 'arm':
      return armLine(event);
    case 'stopped':
      return event.reason === 'early'
        ? `  stopped early after epoch ${event.epoch}: the held-out loss has stopped falling`
        : undefined;
    default:
      return undefined;
  }
}

/** The layers of tensors: `bn2` for `bn2.weight` and `bn2.bias`. */
const layersOf = (tensors: readonly string[]): string[] => [
  ...new Set(tensors.map((name) => name.replace(/\.[^.]*$/, ''))),
];

/** `; 2,836 images in 95 groups; intervals are over groups` */
function groupsText({ images, groups }: RunEventOf<'data'>): string {
  if (images === undefined || groups === undefined) return '';
  const [all, own] = [images, groups].map((n) => n.toLocaleString('en-US'));
  return `; ${all} images in ${own} groups; intervals are over groups`;
}

/** `60x39 to 500x500`, or the size of all. */
function sizeRange({ smallest, largest }: RunEventOf<'size'>): string {
  const [first, last] = [sizeText(smallest), sizeText(largest)];
  return first === last ? first : `${first} to ${last}`;
}

/** In joint learning held-out images are augmented as those trained on are; the summary has the accuracy on clean ones. */
function heldOut(metrics: EpochMetrics, loss = ''): string {
  const how = metrics.augmentLoss === undefined ? 'held out' : 'held out, augmented';
  return `${how}: ${loss}${accuracyText(metrics)}`;
}

function accuracyText(metrics: EpochMetrics): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const own = epochFigures.find(({ key }) => metrics[key] !== undefined);
  const accuracy = `${own?.accuracy ?? 'accuracy'} ${percent(metrics.taskAccuracy)}`;
  return own === undefined
    ? accuracy
    : `${own.label} ${percent(metrics[own.key] ?? NaN)}, ${accuracy}`;
}

/** `  [5/27] all+safe@1: top-1 56.1 %, test loss 1.2340` */
function armLine(event: RunEventOf<'arm'>): string {
  const { task, done, total, metrics, figures, failed, secondsLeft = 0 } = event;
  if (failed !== undefined) return `  ${task} failed: ${failed.split('\n')[0]}`;
  const shownFigures = (figures ?? []).map(
    (figure) => `${figure.label} ${shown(figure, metrics?.[figure.key] ?? NaN)}`,
  );
  const results = metrics === undefined ? '' : `: ${shownFigures.join(', ')}`;
  const left = secondsLeft > 0 ? `; about ${formatDuration(secondsLeft)} left` : '';
  return `  [${done}/${total}] ${task}${results}${left}`;
}

function epochLine({
  fold,
  folds,
  epoch,
  epochs,
  train,
  judging,
  imagesPerSecond,
  strength,
}: RunEventOf<'epoch'>): string {
  const held = judging === null ? '' : `; ${heldOut(judging, `loss ${judging.loss.toFixed(3)}, `)}`;
  const inFold = fold === undefined ? '' : `fold ${fold}/${folds}, `;
  const drawn = strength === undefined ? '' : `, policy at strength ${Number(strength.toFixed(2))}`;
  return `  ${inFold}epoch ${epoch}/${epochs}: loss ${train.loss.toFixed(3)}${held}${drawn} (${Math.round(imagesPerSecond)} images/s)`;
}
