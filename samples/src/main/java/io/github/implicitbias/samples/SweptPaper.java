package io.github.implicitbias.samples;

import io.github.implicitbias.core.solution.MinimumNorm;
import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.sweep.Swept;
import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.loss.Losses;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;

/** The configurations of the papers' samples, each from starts of any scale. */
abstract class SweptPaper implements Swept {

  static final List<String> NAMES =
      List.of(
          "orthogonal-inputs",
          "leaky-relu",
          "high-dimensional-regression",
          "support-vectors",
          "neuron-with-bias");

  private final CommonOptions common;
  private final int steps;

  private SweptPaper(CommonOptions common, int steps) {
    this.common = common;
    this.steps = common.steps(steps, 1);
  }

  /**
   * Returns the configuration of a sample.
   *
   * @throws InputException if there is no such sample
   */
  static Swept of(String sample, CommonOptions common, boolean full) {
    switch (sample) {
      case "orthogonal-inputs":
        return new Orthogonal(common, full);
      case "leaky-relu":
        return new Leaky(common, full);
      case "high-dimensional-regression":
        return new Regression(common, full);
      case "support-vectors":
        return new OneNeuron(common, full);
      case "neuron-with-bias":
        return new Biased(common, full);
      default:
        throw new InputException(
            "--of " + sample + ": give one of " + String.join(", ", NAMES) + ".");
    }
  }

  /** Returns scales over which the sample changes its ways, as --scales has them. */
  static String scales(String sample) {
    switch (sample) {
      case "neuron-with-bias":
      case "support-vectors":
        return "1e-3:10:9";
      case "leaky-relu":
        return "1e-4:1000:8";
      default:
        return "1e-6:10:8";
    }
  }

  @Override
  public final int steps() {
    return steps;
  }

  @Override
  public String scaleName() {
    return "norm of the first layer at the start, ‖W₀‖";
  }

  @Override
  public String[] layers() {
    return new String[0];
  }

  final double rate(double ifNotGiven) {
    return common.learningRate(ifNotGiven);
  }

  /** Returns rows of normal numbers whose norm is 1 in the mean square, all rows together. */
  private static double[][] start(long seed, int units, int inputs) {
    return Resource.times(
        1 / Math.sqrt((double) units * inputs), new PortableRandom(seed).gaussians(units, inputs));
  }

  private static double[] norms(double[][] rows) {
    return Arrays.stream(rows)
        .mapToDouble(row -> Math.sqrt(Arrays.stream(row).map(v -> v * v).sum()))
        .toArray();
  }

  private static DataSet data(double[][] rows) {
    return PaperNetworks.data(Resource.columns(rows, 0, rows[0].length - 1), Resource.last(rows));
  }

  /** Two layers on four orthogonal samples, balanced starts. */
  private static final class Orthogonal extends SweptPaper {
    private static final int UNITS = 100;
    private final double[][] rows = Resource.rows("four-orthogonal");
    private final boolean full;

    Orthogonal(CommonOptions common, boolean full) {
      super(common, full ? 5000 : 1000);
      this.full = full;
    }

    @Override
    public String description() {
      return "four orthogonal samples in six dimensions, "
          + UNITS
          + " ReLU units, both layers"
          + " trained, balanced starts";
    }

    @Override
    public double smallestPathNorm() {
      return OrthogonalInputs.smallest();
    }

    @Override
    public DataSet data(long seed) {
      return SweptPaper.data(rows);
    }

    @Override
    public MultiLayerNetwork network(double scale, long seed) {
      double[][] start = Resource.times(scale, start(seed, UNITS, rows[0].length - 1));
      double[] output = norms(start);
      for (int j = 1; j < UNITS; j += 2) {
        output[j] = -output[j];
      }
      // The curvature grows with the square of a large start.
      double rate = rate((full ? 0.01 : 0.05) * Math.min(1, 4 / (scale * scale)));
      return PaperNetworks.twoLayers(start, output, Losses.meanSquare(), rate);
    }
  }

  /** Leaky units on nearly orthogonal samples, the output fixed. */
  private static final class Leaky extends SweptPaper {
    private static final int UNITS = 20;
    private final double[][] rows = Resource.rows("near-orthogonal");

    Leaky(CommonOptions common, boolean full) {
      super(common, full ? 1000 : 200);
    }

    @Override
    public String description() {
      return "twelve nearly orthogonal samples in 60 dimensions, "
          + UNITS
          + " leaky units of slope 0.5, fixed output weights, logistic loss";
    }

    @Override
    public DataSet data(long seed) {
      return SweptPaper.data(rows);
    }

    @Override
    public MultiLayerNetwork network(double scale, long seed) {
      return PaperNetworks.fixedOutput(
          new ExactLeakyReLU(0.5),
          Resource.times(scale, start(seed, UNITS, rows[0].length - 1)),
          null,
          Losses.logistic(),
          rate(0.1));
    }
  }

  /** One neuron on many inputs, all samples on at the start; the seed draws the data. */
  private static final class Regression extends SweptPaper {
    private static final int SAMPLES = 20;
    private final int inputs;

    Regression(CommonOptions common, boolean full) {
      super(common, 150);
      inputs = full ? 2000 : 400;
    }

    @Override
    public String description() {
      return "one ReLU neuron on "
          + SAMPLES
          + " normal samples in "
          + inputs
          + " dimensions, which the seed draws; all samples on at the start";
    }

    @Override
    public String scaleName() {
      return "pre-activation of every sample at the start";
    }

    private HighDimensionalRegression.Draw draw(long seed) {
      return new HighDimensionalRegression.Draw(2603 + seed, SAMPLES, inputs);
    }

    @Override
    public DataSet data(long seed) {
      return draw(seed).data();
    }

    @Override
    public MultiLayerNetwork network(double scale, long seed) {
      double[] preActivations = new double[SAMPLES];
      Arrays.fill(preActivations, scale);
      double[] start = MinimumNorm.of(draw(seed).x, preActivations).solution();
      return PaperNetworks.neurons(
          Activation.RELU,
          new double[][] {start},
          Losses.meanSquare(),
          rate(0.5 * SAMPLES / 2 / inputs));
    }
  }

  /** One neuron in the plane, directions drawn. */
  private static final class OneNeuron extends SweptPaper {
    OneNeuron(CommonOptions common, boolean full) {
      super(common, full ? 4000 : 500);
    }

    @Override
    public String description() {
      return "one ReLU neuron on three samples in the plane, directions of the start drawn";
    }

    @Override
    public String scaleName() {
      return "norm of the weights at the start, ‖w₀‖";
    }

    @Override
    public DataSet data(long seed) {
      return PaperNetworks.data(SupportVectors.LEAVES_X, SupportVectors.LEAVES_Y);
    }

    @Override
    public MultiLayerNetwork network(double scale, long seed) {
      double angle = 2 * Math.PI * new PortableRandom(seed).uniform();
      double[][] start = {{scale * Math.cos(angle), scale * Math.sin(angle)}};
      return PaperNetworks.neurons(Activation.RELU, start, Losses.meanSquare(), rate(0.02));
    }
  }

  /** Neurons with bias that learn one, side by side. */
  private static final class Biased extends SweptPaper {
    private static final int NEURONS = 24;
    private final double[][] x;
    private final double[] y;

    Biased(CommonOptions common, boolean full) {
      super(common, full ? 3000 : 1000);
      double[][] all = Resource.rows("ball");
      x = Arrays.copyOf(all, full ? all.length : 200);
      y = NeuronWithBias.labels(x);
    }

    @Override
    public String description() {
      return NEURONS
          + " neurons with bias 0, each as if alone, that learn relu(x1 - 0.3) from "
          + x.length
          + " samples in the unit ball of five dimensions";
    }

    @Override
    public String scaleName() {
      return "norm of the weights of each neuron at the start, ‖w₀‖";
    }

    @Override
    public DataSet data(long seed) {
      return PaperNetworks.data(x, y);
    }

    @Override
    public MultiLayerNetwork network(double scale, long seed) {
      double[][] start = new PortableRandom(seed).gaussians(NEURONS, x[0].length);
      double[] norms = norms(start);
      for (int k = 0; k < NEURONS; k++) {
        start[k] = Resource.times(scale / norms[k], new double[][] {start[k]})[0];
      }
      return NeuronWithBias.neurons(start, new double[NEURONS], rate(0.25));
    }
  }
}
