import type { LearnConfig, LearningInput, SeveralConfig } from '../config/index.js';
import { nameList, settingsFrom, without, type RunFlags } from './settings.js';

/** The options of `learn` as commander hands them over. */
export interface LearnFlags extends RunFlags {
  model?: string;
  lr?: number;
  augmentations?: string;
  thesisTpr?: number;
  thesisFpr?: number;
  controls: boolean;
}

/** The configuration that a command line of `learn` means. @throws UserError as `settingsFrom` */
export async function settingsOf(
  data: readonly string[],
  flags: LearnFlags,
): Promise<LearnConfig | SeveralConfig> {
  const { readLearning, resolveLearning } = await import('../config/index.js');
  return settingsFrom<LearnConfig | SeveralConfig>(
    {
      resolve: ({ flags: given, ...from }) =>
        resolveLearning({ ...from, flags: given as LearningInput }),
      read: readLearning,
    },
    flags,
    given(data, flags),
  );
}

/** What the options set, in the configuration's own form. */
function given(data: readonly string[], flags: LearnFlags): Record<string, unknown> {
  const { model, lr, augmentations, thesisTpr: tpr, thesisFpr: fpr, controls } = flags;
  const other = ['model', 'lr', 'augmentations', 'thesisTpr', 'thesisFpr', 'controls'];
  const settings: Record<string, unknown> = { ...without(flags, other) };
  if (data.length > 0) settings.data = data;
  if (!controls) settings.controls = false;
  if (model !== undefined) settings.model = { name: model };
  if (lr !== undefined) settings.optimiser = { lr };
  if (tpr !== undefined || fpr !== undefined) settings.thesis = { tpr, fpr };
  if (augmentations !== undefined) settings.augmentations = nameList(augmentations);
  return settings;
}
