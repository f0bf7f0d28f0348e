package io.github.implicitbias.core.metric;

/** Headings of the groups of charts in which the metrics of the library are drawn. */
public final class ChartGroups {

  /** Norms, balance, rank. */
  public static final String NORMS = "Norms, balance and rank";

  /** Margins, alignment with the data, support vectors. */
  public static final String MARGIN = "Margin and alignment";

  /** Distances to the start and to solutions that theory names. */
  public static final String DISTANCE = "Distance to reference solutions";

  /** The tangent kernel, curvature, linear regions. */
  public static final String KERNEL = "Kernel and sharpness";

  /** Counts and comparisons of units and of their patterns. */
  public static final String UNITS = "Units and patterns";

  /** What training itself has shown of the samples of each step. */
  public static final String VISITS = "Visits";

  private ChartGroups() {}
}
