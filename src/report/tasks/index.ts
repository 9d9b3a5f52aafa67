import { joined, type Content, type Markup } from '../html.js';
import type { TaskFindings } from './findings.js';
import { multiLabelSection } from './multi-label.js';
import { segmentationSections } from './segmentation.js';

/** What each task shows; nothing where the files hold nothing of it. */
const sections: readonly ((findings: TaskFindings) => Markup | readonly Markup[])[] = [
  segmentationSections,
  multiLabelSection,
];

/** The sections of the page on the task that was learned; most tasks have their own. */
export function taskSections(findings: TaskFindings): Content {
  return joined(
    sections.map((of) => of(findings)),
    '\n',
  );
}
