import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { clock } from '../state/figures';
import { choices } from '../shell/navigation';

export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** Name of a colour: a property of console.css. */
  readonly colour: string;
  /** 0–1: how much the area down to the line beneath is filled. */
  readonly fill?: number;
  readonly width?: number;
  readonly dash?: readonly number[];
}

export interface ChartMark {
  /** Epoch seconds. */
  readonly at: number;
  readonly text: string;
  readonly colour: string;
}

export interface ChartProps {
  readonly label: string;
  /** Epoch seconds. */
  readonly times: readonly number[];
  /** Drawn over each other; stacked ones come summed up, the highest first. */
  readonly lines: readonly Line[];
  readonly marks?: readonly ChartMark[];
  readonly format?: (value: number) => string;
  /** Each line is filled down to the next one only. */
  readonly isStacked?: boolean;
}

const HEIGHT = 108;

/** A chart by uPlot, which is loaded when the first one is shown. */
export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [Plot, setPlot] = useState<typeof uPlot>();
  const plot = useRef<uPlot | null>(null);
  const shape = `${props.lines.map(({ label, colour }) => label + colour).join()} ${choices.value['theme'] ?? ''}`;
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    void import('uplot').then((module) => setPlot(() => module.default));
  }, []);

  useEffect(() => {
    const element = place.current;
    if (element === null || Plot === undefined) return undefined;
    const made = new Plot(optionsOf(latest, element), dataOf(latest.current), element);
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [Plot, shape]);

  useEffect(() => {
    plot.current?.setData(dataOf(props));
  }, [props.times, props.lines]);

  return <div ref={place} class="plot" role="img" aria-label={props.label} />;
}

function dataOf({ times, lines }: ChartProps): uPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])];
}

function optionsOf(latest: { readonly current: ChartProps }, element: HTMLElement): uPlot.Options {
  const { lines, format, isStacked } = latest.current;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const faint = colour('faint');
  const font = `9.5px ${style.getPropertyValue('--mono')}`;
  const axis = { stroke: faint, font, grid: { stroke: colour('grid'), width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [6, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 5 }, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.12 : 1] } },
    axes: [
      {
        ...axis,
        size: 16,
        gap: 3,
        grid: { show: false },
        values: (_plot, ticks) => ticks.map((at) => clock(at * 1000).slice(0, 5)),
      },
      {
        ...axis,
        size: 38,
        gap: 4,
        space: 34,
        values: (_plot, ticks) => ticks.map((value) => (format ?? String)(value)),
      },
    ],
    series: [
      {},
      ...lines.map(({ label, colour: name, fill, width, dash }) => ({
        label,
        stroke: colour(name),
        width: width ?? 1.5,
        points: { show: false },
        ...(fill !== undefined && {
          fill:
            colour(name) +
            Math.round(fill * 255)
              .toString(16)
              .padStart(2, '0'),
        }),
        ...(dash !== undefined && { dash: [...dash] }),
      })),
    ],
    ...(isStacked === true && {
      bands: lines.slice(1).map((_line, index) => ({ series: [index + 1, index + 2] as [number, number] })),
    }),
    hooks: { draw: [(plot) => drawMarks(plot, latest.current.marks ?? [], colour, font)] },
  };
}

function drawMarks(
  plot: uPlot,
  marks: readonly ChartMark[],
  colour: (name: string) => string,
  font: string,
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = font.replace(/^[\d.]+/, (size) => String(Number(size) * ratio));
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  const taken: (readonly [from: number, to: number])[] = [];
  for (const { at, text, colour: name } of marks) {
    const x = plot.valToPos(at, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colour(name);
    ctx.fillStyle = colour(name);
    ctx.setLineDash([2 * ratio, 2 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(text).width;
    const isAtEnd = x + 3 * ratio + width > bbox.left + bbox.width;
    const from = isAtEnd ? x - 3 * ratio - width : x + 3 * ratio;
    // One over another could not be read; the line says when it was.
    if (taken.some(([begin, end]) => from < end && from + width > begin)) continue;
    taken.push([from, from + width]);
    ctx.fillText(text, from, bbox.top);
  }
  ctx.restore();
}
