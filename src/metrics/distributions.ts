// Why not a package: docs/decisions/052-packages.md.

/**
 * Quantile of the standard normal distribution: the x with P(Z <= x) = p.
 *
 * A rational approximation (error below 1.2e-9), then one step of Halley's method on `normalCdf`; within 1e-12 of
 * SciPy's for p from 1e-6 to 0.9997.
 *
 * Source: Acklam's rational approximation (2003).
 *
 * @param p probability in (0, 1); 0 and 1 give the infinities
 */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  let x: number;
  if (p < 0.02425) x = tail(Math.sqrt(-2 * Math.log(p)));
  else if (p > 1 - 0.02425) x = -tail(Math.sqrt(-2 * Math.log(1 - p)));
  else x = centre(p - 0.5);
  const e = normalCdf(x) - p;
  const u = e * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
  return x - u / (1 + (x * u) / 2);
}

function tail(q: number): number {
  const c = [
    -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734,
    4.374664141464968, 2.938163982698783,
  ];
  const d = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
  return horner(c, q) / (horner(d, q) * q + 1);
}

function centre(q: number): number {
  const a = [
    -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2,
    -3.066479806614716e1, 2.506628277459239,
  ];
  const b = [
    -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1,
    -1.328068155288572e1,
  ];
  const r = q * q;
  return (horner(a, r) * q) / (horner(b, r) * r + 1);
}

function horner(coefficients: readonly number[], x: number): number {
  let y = 0;
  for (const c of coefficients) y = y * x + c;
  return y;
}

/** Distribution function of the standard normal, P(Z <= x) = erfc(-x / sqrt(2)) / 2, as exact as `erfc`. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/**
 * Complementary error function, 2 / sqrt(pi) times the integral of exp(-t^2) from x to infinity.
 *
 * The power series of 1 - erfc up to |x| = 2.5, a continued fraction of 60 terms beyond. The relative error grows
 * to 2e-12 towards 2.5, where the series is subtracted from 1.
 *
 * Source: Abramowitz and Stegun 7.1.6 and 7.1.14.
 */
export function erfc(x: number): number {
  const z = Math.abs(x);
  let y: number;
  if (z < 2.5) {
    // erf(z) = 2 / sqrt(pi) exp(-z^2) sum over n of 2^n z^(2n + 1) / (1 * 3 * ... * (2n + 1))
    let term = z;
    let sum = z;
    for (let n = 1; n < 200 && Math.abs(term) > 1e-17 * sum; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      sum += term;
    }
    y = 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
  } else {
    // erfc(z) = exp(-z^2) / (sqrt(pi) f), f = z + (1/2) / (z + 1 / (z + (3/2) / (z + ...))), from the inside out
    let f = z;
    for (let n = 60; n >= 1; n--) f = z + n / 2 / f;
    y = Math.exp(-z * z) / (Math.sqrt(Math.PI) * f);
  }
  return x < 0 ? 2 - y : y;
}

/** Up to here the distribution is inverted by bisection: three seeds have two degrees of freedom. */
const fewDegrees = 12;

/**
 * Quantile of Student's t distribution: the t with P(T <= t) = p.
 *
 * For up to 12 degrees of freedom by bisection of the distribution function, within 1e-12 of SciPy's. Above by the
 * Cornish-Fisher expansion in 1/df, whose relative error is below 1e-4 at 13 degrees of freedom, 2e-6 at 30 and
 * 1e-11 at 374, for p up to 0.9997.
 *
 * Sources: Abramowitz and Stegun 26.7.3 and 26.7.4 (distribution), 26.7.5 (expansion).
 *
 * @param p probability in (0, 1); 0 and 1 give the infinities
 * @param df degrees of freedom, at least 1; infinite ones give the normal quantile
 */
export function studentQuantile(p: number, df: number): number {
  if (Number.isInteger(df) && df <= fewDegrees) return exactStudentQuantile(p, df);
  const z = normalQuantile(p);
  if (!Number.isFinite(z) || !Number.isFinite(df)) return z;
  const z2 = z * z;
  const g1 = (z * (z2 + 1)) / 4;
  const g2 = (z * (5 * z2 * z2 + 16 * z2 + 3)) / 96;
  const g3 = (z * (3 * z2 ** 3 + 19 * z2 * z2 + 17 * z2 - 15)) / 384;
  const g4 = (z * (79 * z2 ** 4 + 776 * z2 ** 3 + 1482 * z2 * z2 - 1920 * z2 - 945)) / 92160;
  return z + g1 / df + g2 / df ** 2 + g3 / df ** 3 + g4 / df ** 4;
}

/**
 * Distribution function of Student's t, P(T <= t): a sum of df / 2 terms, exact but for rounding (1e-14).
 *
 * Source: Abramowitz and Stegun 26.7.3 and 26.7.4.
 *
 * @param df degrees of freedom, a whole number of at least 1
 * @returns in [0, 1]
 */
export function studentCdf(t: number, df: number): number {
  const inside = insideStudent(Math.atan(Math.abs(t) / Math.sqrt(df)), df);
  return Math.min(1, Math.max(0, t < 0 ? (1 - inside) / 2 : (1 + inside) / 2));
}

function exactStudentQuantile(p: number, df: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  if (p < 0.5) return -exactStudentQuantile(1 - p, df);
  // P(T <= t) = p is P(|T| <= t) = 2p - 1. The angle whose tangent is t / sqrt(df) lies between 0 and a right one.
  let low = 0;
  let high = Math.PI / 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (insideStudent(middle, df) < 2 * p - 1) low = middle;
    else high = middle;
  }
  return Math.sqrt(df) * Math.tan(low);
}

/** P(|T| <= sqrt(df) tan(angle)): sums over powers of the cosine, odd or even. */
function insideStudent(angle: number, df: number): number {
  const odd = df % 2 === 1;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  let term = odd ? cos : 1;
  let sum = df === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < df; k += 2) {
    term *= ((k - 1) / k) * cos * cos;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum;
}
