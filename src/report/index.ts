export { buildReport } from './build-report.js';
export { textTable } from './comparison/table-forms.js';
