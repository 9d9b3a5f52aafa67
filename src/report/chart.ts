import { init, type EChartsOption } from 'echarts';

/**
 * Draws a chart as SVG text, on white: it is read on light and dark pages alike.
 *
 * @param label what a reader who cannot see it is told
 */
export function chart(option: EChartsOption, height: number, label: string, width = 1000): string {
  const drawn = init(null, null, { renderer: 'svg', ssr: true, width, height });
  drawn.setOption({ animation: false, backgroundColor: '#ffffff', ...option });
  const svg = drawn.renderToSVGString();
  drawn.dispose();
  const named = svg.replace('<svg ', `<svg role="img" aria-label="${label}" `);
  return `<div class="chart">${named}</div>`;
}
