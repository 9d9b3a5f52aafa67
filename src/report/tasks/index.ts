import type { TaskFindings } from './findings.js';
import { multiLabelSection } from './multi-label.js';
import { segmentationSections } from './segmentation.js';

/** What each task shows; empty where the files hold nothing of it. */
const sections: readonly ((findings: TaskFindings) => string)[] = [
  segmentationSections,
  multiLabelSection,
];

/** The sections of the page on the task that was learned; most tasks have their own. */
export function taskSections(findings: TaskFindings): string {
  return sections.map((of) => of(findings)).join('\n');
}
