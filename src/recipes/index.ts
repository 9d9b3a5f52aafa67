// What the tools that people train with do by default: one table a tool.
import { autogluonDefaults } from './autogluon-defaults.js';
import { autotrainDefaults } from './autotrain-defaults.js';
import { fastaiDefaults } from './fastai-defaults.js';
import { kerasDefaults } from './keras-defaults.js';
import { timmDefaults } from './timm-defaults.js';
import type { ToolDefaults } from './tool-defaults.js';
import { torchvisionDefaults } from './torchvision-defaults.js';
import { ultralyticsDefaults } from './ultralytics-defaults.js';

/** Every table, in the order of the help. Add new ones here. */
export const toolTables: readonly ToolDefaults[] = [
  ultralyticsDefaults,
  timmDefaults,
  autogluonDefaults,
  autotrainDefaults,
  fastaiDefaults,
  kerasDefaults,
  torchvisionDefaults,
];

/** Names that `--recipe` takes. */
export const recipeIds: readonly string[] = toolTables.map(({ id }) => id);

export type {
  Likeness,
  Operation,
  RecipeTask,
  Source,
  TaskDefaults,
  ToolDefault,
  ToolDefaults,
} from './tool-defaults.js';
