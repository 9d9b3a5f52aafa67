import { augmentedNote, curves } from '../../report/charts/curves.js';
import { list, section } from '../../report/elements.js';
import { markup, nothing, type Markup } from '../../report/html.js';
import type { EventLine } from '../../run/files/index.js';
import type { LiveState } from '../live-state.js';
import { intervals } from './intervals.js';
import { pictures } from './pictures.js';
import { phaseText, progressOf, stopOf } from './standing.js';
import { armCurves, armsTable } from './trainings.js';

/** The parts of the page that change, in their order: each is put in place anew where its content has changed. */
export const regionNames = [
  'phase',
  'progress',
  'stop',
  'warnings',
  'trainings',
  'curves',
  'intervals',
  'pictures',
] as const;

export type RegionName = (typeof regionNames)[number];

/** What every region shows now. @param now in milliseconds since 1970 */
export function regionsOf(state: LiveState, now: number): Record<RegionName, Markup> {
  const isComparison = state.run?.command === 'compare';
  const arms = isComparison ? state.arms() : [];
  return {
    phase: markup`<h2>${phaseText(state)}</h2>`,
    progress: progressOf(state, now),
    stop: stopOf(state),
    warnings: section('warnings', 'Warnings', warningsOf(state)),
    trainings: section('trainings', 'Trainings', armsTable(arms)),
    curves: isComparison
      ? section('training', 'Curves', armCurves(arms))
      : section('training', 'Training', curvesOf(state)),
    intervals: section(
      'verdicts',
      'Verdicts',
      state.run?.command === 'learn' ? intervals(state) : nothing,
    ),
    pictures: section('samples', 'On your own images', pictures(state)),
  };
}

function warningsOf(state: LiveState): Markup {
  const messages = [...new Set(state.all('warning').map(({ message }) => message))];
  return messages.length === 0 ? nothing : list(messages);
}

/** Of folds, the network that is trained now. */
function curvesOf(state: LiveState): Markup {
  const last = state.last('epoch');
  if (last === undefined)
    return markup`<p class="soft">The curves begin with the end of the first epoch.</p>`;
  const { fold, folds } = last;
  const own = state.all('epoch').filter((epoch) => epoch.fold === fold);
  const alone = own.map(({ fold: _fold, folds: _folds, ...epoch }): EventLine => epoch);
  const note = state.run?.command === 'learn' ? augmentedNote : '';
  const which = fold === undefined ? nothing : markup`<p>Network ${fold} of ${folds ?? fold}</p>`;
  return markup`${which}${curves(alone, note)}`;
}
