import type { Size } from '../../image/image.js';
import type { Policy } from '../transform.js';

/** Where a policy comes from, as the head of an exported file says it. */
export interface PolicySource {
  /** Folder of the run. */
  readonly run: string;
  /** The data that it was learned from, as they were given. */
  readonly data: string;
  /** Day of the run, YYYY-MM-DD; undefined where the run does not say it. */
  readonly date?: string;
  /** Which of the run's sets. */
  readonly set: string;
  /** Of this program. */
  readonly version: string;
}

/** A policy that is to be written for another tool. */
export interface ExportablePolicy {
  readonly policy: Policy;
  /** What the last epochs are trained with instead, and their share of all. */
  readonly last?: { readonly policy: Policy; readonly share: number };
  /** Of the images that it was learned on. */
  readonly size: Size;
  /** Whether labels have a place in the image, as masks do; default false. */
  readonly perPixel?: boolean;
  /** What no other tool can be told, so that it is left out of the policy already. */
  readonly omitted?: readonly ToolDifference[];
  readonly source?: PolicySource;
}

/** How something in another tool is not what the policy says. */
export interface ToolDifference {
  /** A transform, or a part of the policy. */
  readonly name: string;
  /** As it ends a sentence that begins with the name. */
  readonly difference: string;
}

/** A policy in another tool's words. */
export interface ExportedPolicy {
  /** The file. */
  readonly text: string;
  /** What the other tool does only nearly. */
  readonly approximate: readonly ToolDifference[];
  /** What it cannot be told, and is left out. */
  readonly omitted: readonly ToolDifference[];
}

/** Collects differences while a policy is written, each of them once. */
export class Differences {
  readonly approximate: ToolDifference[] = [];
  readonly omitted: ToolDifference[] = [];

  nearly(name: string, difference: string): void {
    note(this.approximate, { name, difference });
  }

  leftOut(name: string, difference: string): void {
    note(this.omitted, { name, difference });
  }
}

function note(list: ToolDifference[], { name, difference }: ToolDifference): void {
  if (!list.some((known) => known.name === name && known.difference === difference))
    list.push({ name, difference });
}
