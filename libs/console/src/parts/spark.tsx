const WIDTH = 100;
const HEIGHT = 30;

/** A small line without axes. The figure beside it says the value; this says whether it is as always. */
export function Spark({
  values,
  tone = 'accent',
}: {
  readonly values: readonly number[];
  readonly tone?: string;
}) {
  if (values.length < 2) return <span class="spark" />;
  const most = Math.max(...values, 1e-9);
  const points = values.map(
    (value, index) =>
      `${((index / (values.length - 1)) * WIDTH).toFixed(1)} ${(HEIGHT - 2 - (value / most) * (HEIGHT - 6)).toFixed(1)}`,
  );
  const line = `M${points.join('L')}`;
  return (
    <svg
      class={`spark ${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path class="area" d={`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} />
      <path class="line" d={line} />
    </svg>
  );
}

/** Steps as points of a spark: as many as can be told apart, each the mean of its steps. */
export function thinned(values: readonly number[], points = 50): readonly number[] {
  const size = Math.max(1, Math.ceil(values.length / points));
  return Array.from({ length: Math.floor(values.length / size) }, (_, index) => {
    const part = values.slice(index * size, (index + 1) * size);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
