import {
  type ColumnGroup,
  type Figures,
  METRIC_NAMES,
  type MetricName,
  metricOf,
} from '../../analysis/metrics.ts';

export interface MetricColumn {
  readonly name: MetricName;
  readonly head: string;
  readonly group: ColumnGroup;
  readonly brief: boolean;
}

type Rows = readonly { readonly figures: Figures }[];

/** The columns of a table, in order; those of rare metrics only where some variant has one to show. */
export function columnsOf(groups: readonly ColumnGroup[], rows: Rows): MetricColumn[] {
  return METRIC_NAMES.flatMap((name) => {
    const { column } = metricOf(name);
    if (column === undefined || !groups.includes(column.group)) return [];
    const isUsual = (figure: number | null) => figure === null || figure === column.rare;
    if (column.rare !== undefined && rows.every(({ figures }) => isUsual(figures[name]))) return [];
    return [{ name, ...column, brief: column.brief === true }];
  });
}

/** On a schedule: response times, and what they are made of. */
export function scheduleColumns(rows: Rows): {
  readonly response: MetricColumn[];
  readonly parts: MetricColumn[];
} {
  const service = columnsOf(['latency'], rows).filter(({ brief }) => brief);
  return {
    response: columnsOf(['response'], rows),
    parts: [...titled('service', service), ...titled('late', columnsOf(['late'], rows))],
  };
}

/** The first head names the group. */
export function titled(title: string, columns: readonly MetricColumn[]): MetricColumn[] {
  return columns.map((column, i) => (i === 0 ? { ...column, head: `${title} ${column.head}` } : column));
}
