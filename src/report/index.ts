export { buildReport } from './build-report.js';
export { learnedRun, nextSteps, whatWouldDecide, type NextStep } from './learn/next-steps.js';
export { textTable } from './comparison/table-forms.js';
