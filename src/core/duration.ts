const secondsIn: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400 };

/**
 * Reads a duration as people write it: '90s', '20m', '1h', '1h30m'.
 *
 * @returns seconds, above 0; undefined where the text is not a duration
 */
export function parseDuration(text: string): number | undefined {
  const compact = text.trim().toLowerCase().replaceAll(' ', '');
  if (!/^(\d+(\.\d+)?[smhd])+$/.test(compact)) return undefined;
  let seconds = 0;
  for (const [, count, unit] of compact.matchAll(/(\d+(?:\.\d+)?)([smhd])/g))
    seconds += Number(count) * secondsIn[unit];
  return seconds > 0 ? seconds : undefined;
}

/**
 * Words a duration for people: '0.4 s', '45 s', '12 min', '1 h 05 min'.
 *
 * Every message, table and report uses this one; 'unknown' where the number is not finite.
 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
