import type { Json, Params } from '../augment/transform.js';

/** What a tool does to the images it trains on where nobody tells it otherwise: its version, and a list for each task. */
export interface ToolDefaults {
  /** As `--recipe` names it. */
  readonly id: string;
  /** As people call it. */
  readonly tool: string;
  /** Packages with their versions that the tables were read from, and when; the first is the tool. None: a user's file. */
  readonly read?: { readonly packages: Readonly<Record<string, string>>; readonly date: string };
  readonly tasks: Readonly<Partial<Record<RecipeTask, TaskDefaults>>>;
}

/** Tasks with tables of their own. Several labels an image are augmented as one class is. */
export type RecipeTask = 'classification' | 'segmentation';

/** The defaults of one tool for one task. */
export interface TaskDefaults {
  /** The part of the tool that is meant, such as `yolo classify train`. */
  readonly what: string;
  /** What a reader must know beside the table, one sentence. */
  readonly note?: string;
  readonly defaults: readonly ToolDefault[];
  /** Of our transforms, those that the tool has and leaves off: the argument that switches each on. */
  readonly leavesOff: Readonly<Record<string, string>>;
  /** What says that the list is complete: names that the tool's source has there, in its order. */
  readonly whole: readonly Source[];
}

/** One augmentation that is on by default. */
export interface ToolDefault {
  /** As the tool calls it. */
  readonly name: string;
  /** How it is set, in the tool's words, such as `fliplr=0.5`. */
  readonly setting: string;
  /** Share of the images that it is applied to, 0 to 1. */
  readonly p: number;
  /** A condition without which it is off. */
  readonly only?: string;
  /**
   * What it does. `one`: a single operation; `together`: all on one image; `drawn`: some of them on each image, each with
   * its `share`.
   */
  readonly how: 'one' | 'together' | 'drawn';
  readonly operations: readonly Operation[];
  /** How it is switched off: an argument of the tool, or what is to be removed from it. */
  readonly off: string;
  /** How it is held within a range, where the tool can. */
  readonly limit?: Limiter;
  /** Where the tool's source says so. */
  readonly source: readonly Source[];
}

/** Something that is done to an image, and what it is among our transforms. */
export interface Operation {
  /** As the tool calls it. */
  readonly name: string;
  /** Of those of a `drawn` default: its share of the images. */
  readonly share?: number;
  /** The same operation among ours, the best first; none where nothing here does the same. */
  readonly same: readonly Likeness[];
  /** Similar ones, whose verdicts say nothing for sure about it, the nearest first. */
  readonly near?: readonly string[];
}

/** One of our transforms with the options under which it does what a tool does. */
export interface Likeness {
  readonly transform: string;
  /** Options that are left out do nothing here, or have our default where there is no doing nothing. */
  readonly options: Params;
  /** Always at full strength, instead of drawn up to it. Default false. */
  readonly fixed?: boolean;
}

/** Turns the largest magnitude that is wanted into the tool's argument. */
export interface Limiter {
  /** The magnitude, by the names that our transforms give it. */
  readonly options: readonly string[];
  /**
   * @param reach in the unit of that magnitude
   * @param options of our transform that reach so far, where more than the magnitude counts
   */
  readonly write: (reach: number, options: Params) => string;
}

/**
 * A place in a tool's source, and what stands there. `scripts/checks/recipes` reads the same places in the real packages.
 *
 * - `yaml`: values by dotted path.
 * - `parameters`: defaults of the parameters of a function, or of a class's `__init__`.
 * - `call`: the arguments of a call within a function, by name, positional ones by number.
 * - `assigned`: names that a function or module assigns.
 * - `dictionary`: values of the dictionary that a function returns, as source text.
 * - `flags`: defaults of an argparse parser.
 * - `contains`: pieces of the text of a function.
 * - `parameter names`, `call names`: all that there are in a function, each once, in order; calls of classes only, without
 *   compositions and errors.
 */
export interface Source {
  /** Path within the package, or within the tool's repository. */
  readonly file: string;
  readonly kind:
    | 'yaml'
    | 'parameters'
    | 'call'
    | 'assigned'
    | 'dictionary'
    | 'flags'
    | 'contains'
    | 'parameter names'
    | 'call names';
  /** The function, class or key that is looked into. */
  readonly within?: string;
  /** Of `call`: the name of what is called. */
  readonly call?: string;
  readonly values: Readonly<Record<string, Json>> | readonly string[];
  /** The file comes with the tool's repository and not with its package. Default false */
  readonly repository?: boolean;
}
