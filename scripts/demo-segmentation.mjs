// npm run demo:segmentation: sets up, then learns on a small sample of street scenes with masks.
import { runDemo } from './demo.mjs';

await runDemo('camvid-mini', 'demo-segmentation', 'runs/demo-segmentation');
