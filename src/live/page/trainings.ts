import { epochFigures, type EpochMetrics } from '../../run/files/index.js';
import { curves } from '../../report/charts/curves.js';
import { table } from '../../report/elements.js';
import { markup, nothing, type Content, type Markup } from '../../report/html.js';
import { count, figureText, fixed, percent } from '../../report/wording.js';
import type { ArmState } from '../arm-states.js';

const stateNames: Record<ArmState['state'], string> = {
  waiting: 'waiting',
  training: 'training',
  stopped: 'stopped, state saved',
  done: 'done',
  failed: 'failed',
};

/** The trainings of a comparison, and how far each is. */
export function armsTable(arms: readonly ArmState[]): Markup {
  if (arms.length === 0) return nothing;
  const done = arms.filter(({ state }) => state === 'done').length;
  const columns = [
    { head: 'Training' },
    { head: 'State' },
    { head: 'Epoch', kind: 'n' as const },
    { head: 'Loss', kind: 'n' as const },
    { head: 'Held out', kind: 'n' as const },
    { head: 'Tested' },
  ];
  const rows = arms.map(({ task, state, epochs, outcome }): Content[] => {
    const last = epochs.at(-1);
    const held = epochs.findLast(({ judging }) => judging !== null)?.judging ?? null;
    return [
      task,
      markup`<span class="state ${state}">${stateNames[state]}</span>`,
      last === undefined ? '' : `${last.epoch} of ${last.epochs}`,
      last === undefined ? '' : fixed(last.train.loss),
      held === null ? '' : accuracyOf(held),
      testedOf(outcome),
    ];
  });
  return markup`<p>${done} of ${count(arms.length, 'training')} ${arms.length === 1 ? 'is' : 'are'} done.</p>${table('Trainings', columns, rows)}`;
}

/** The curves of the training that told of an epoch last; nothing before the first. */
export function armCurves(arms: readonly ArmState[]): Markup {
  const [latest] = arms
    .filter(({ epochs }) => epochs.length > 0)
    .sort((a, b) => timeOf(b) - timeOf(a));
  if (latest === undefined) return nothing;
  const drawn = curves(latest.epochs, 'Of the training that ended an epoch last.');
  return markup`<p>${latest.task}</p>${drawn}`;
}

const timeOf = ({ epochs }: ArmState): number => Date.parse(epochs.at(-1)?.time ?? '');

function accuracyOf(held: EpochMetrics): string {
  const own = epochFigures.find(({ key }) => held[key] !== undefined);
  const value = held[own?.key ?? 'taskAccuracy'];
  return value === undefined ? '' : percent(value);
}

function testedOf(outcome: ArmState['outcome']): string {
  if (outcome?.failed !== undefined) return outcome.failed.split('\n')[0];
  const { figures = [], metrics = {} } = outcome ?? {};
  return figures
    .flatMap((figure) =>
      metrics[figure.key] === undefined
        ? []
        : [`${figure.label} ${figureText(figure, metrics[figure.key])}`],
    )
    .join(', ');
}
