export { buildReport } from './build-report.js';
export { copyScript } from './learn/use-it.js';
export { learnedRun, nextSteps, whatWouldDecide, type NextStep } from './learn/next-steps.js';
export { textTable } from './comparison/table-forms.js';
