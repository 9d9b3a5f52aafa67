import type { EvidenceRow } from './evidence-row.js';

/** Written by `npm run bench -- evidence` from docs/results/pay. Differences are shares of 1. */
export const evidenceTable: readonly EvidenceRow[] = [
  {
    data: 'traffic signs',
    source: 'docs/results/pay/runs.json',
    images: 2552,
    classes: 43,
    height: 32,
    width: 32,
    network: 'resnet-small',
    pretrained: false,
    flips: false,
    crops: true,
    epochs: 30,
    imagesSeen: 76560,
    seeds: 3,
    testImages: 330,
    measure: 'top-1',
    gains: {
      none: { value: 0.023232, low: -0.02689, high: 0.073354 },
      standard: { value: 0.150505, low: 0.047749, high: 0.253261 },
    },
  },
  {
    data: 'CIFAR-10',
    source: 'docs/results/pay/runs.json',
    images: 9000,
    classes: 10,
    height: 32,
    width: 32,
    network: 'resnet-small',
    pretrained: false,
    flips: true,
    crops: true,
    epochs: 60,
    imagesSeen: 540000,
    seeds: 1,
    testImages: 5000,
    measure: 'top-1',
    gains: {
      none: { value: 0.147, low: 0.104491, high: 0.189509 },
      standard: { value: 0.0046, low: -0.03661, high: 0.04581 },
    },
    note: 'all epochs with the main policy',
  },
];
