package io.github.implicitbias.nn.init;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Looks for an input for which a network that should start at zero does not. */
final class ZeroOutputSweep {

  /** A kind of network, and how it starts. */
  enum Kind {
    /** Layers that compute their halves alike. */
    DOUBLED,
    /** Stock layers. */
    STOCK,
    /** Stock layers with the parameters of doubled ones. */
    MUTANT
  }

  private static final int[] ALL = widths();
  private static final int[] FEW = {2, 6, 10, 14, 22, 36, 70, 200, 1000};
  private static final int[] ALL_BATCHES = batches();
  private static final int[] FEW_BATCHES = {1, 2, 3, 4, 5, 8, 13, 31, 32, 61, 62, 63, 64, 1000};

  private static final ZeroOutput ZERO =
      new ZeroOutput(GaussianWeights.ofScale(1), 0.3).withSeed(1);

  private final Kind kind;
  private final List<String> failures = new ArrayList<>();
  private int outputs;
  private double largest;

  ZeroOutputSweep(Kind kind) {
    this.kind = kind;
  }

  /**
   * Prints what is not zero, with the native kernels and threads of this JVM.
   *
   * @param args widths, then the kinds
   */
  public static void main(String[] args) {
    for (int k = 1; k < args.length; k++) {
      ZeroOutputSweep sweep = new ZeroOutputSweep(Kind.valueOf(args[k]));
      for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
        if (args[0].equals("all")) {
          sweep.run(type, ALL, ALL_BATCHES);
        } else {
          sweep.few(type);
        }
      }
      System.out.println(sweep);
    }
    System.exit(0);
  }

  /** Tries some widths with some batch sizes, and several activations and numbers of outputs. */
  void few(DataType type) {
    run(type, FEW, FEW_BATCHES);
  }

  private void run(DataType type, int[] widths, int[] batches) {
    runWidths(type, widths, batches);
    Activation relu = Activation.RELU;
    run(type, true, relu, new int[] {1, 32, 64, 1000}, 784, 1000, 10);
    run(type, true, relu, new int[] {1, 9, 64}, 4, 4098, 1);
  }

  /** Tries these widths with some batch sizes. */
  void few(DataType type, int... widths) {
    runWidths(type, widths, FEW_BATCHES);
  }

  private void runWidths(DataType type, int[] widths, int[] batches) {
    Activation relu = Activation.RELU;
    for (int units : widths) {
      run(type, true, relu, batches, 3, units, 1);
      run(type, false, relu, batches, 64, units, 1);
      run(type, true, relu, batches, 10, units, 3);
      run(type, false, Activation.IDENTITY, new int[] {1, 6, 33, 1000}, 17, units, 1);
      run(type, true, Activation.TANH, new int[] {1, 2, 7, 64, 1000}, 10, units, 1);
      run(type, true, Activation.ELU, new int[] {1, 3, 16, 1000}, 10, units, 2);
      run(type, false, Activation.SIGMOID, new int[] {1, 5, 1000}, 10, units, 2);
      run(type, true, Activation.GELU, new int[] {1, 5, 63}, 10, units, 1);
      run(type, true, relu, new int[] {1, 4, 31, 1000}, 5, 11, units, 2);
    }
  }

  /** Returns each shape with an output that is not zero, and the largest such output. */
  List<String> failures() {
    return failures;
  }

  /** Returns the largest |f| in units of the rounding error of one operation, NaN if f was. */
  double largest() {
    return largest;
  }

  int outputs() {
    return outputs;
  }

  @Override
  public String toString() {
    return "sweep "
        + kind
        + ": "
        + failures.size()
        + " shapes not zero, largest "
        + largest
        + ", "
        + outputs
        + " outputs "
        + failures.subList(0, Math.min(8, failures.size()));
  }

  private void run(
      DataType type, boolean bias, Activation activation, int[] batches, int... widths) {
    MultiLayerNetwork net = net(kind, type, bias, activation, widths);
    SplittableRandom random = new SplittableRandom(widths[1] * 1000L + widths[0]);
    int out = widths[widths.length - 1];
    for (int batch : batches) {
      INDArray x = x(random, type, batch, widths[0]);
      double[] f = net.output(x).dup('c').data().asDouble();
      outputs += f.length;
      if (!isZero(f)) {
        double[] sizes = sizes(net, x);
        double worst = 0;
        for (int i = 0; i < f.length; i++) {
          double ratio = Math.abs(f[i]) / (Precision.of(type).epsilon() * sizes[i / out]);
          worst = f[i] == 0 ? worst : ratio >= 0 ? Math.max(worst, ratio) : Double.NaN;
        }
        failures.add(
            String.format(
                "%s %d samples, widths %s, %s: %g",
                type, batch, java.util.Arrays.toString(widths), activation, worst));
        largest = worst > largest || worst != worst ? worst : largest;
      }
    }
  }

  static boolean isZero(double[] values) {
    for (double value : values) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns for each sample sum_j |a_j| (|h_j| + sum_i |w_ji x_i| + |b_j|). */
  private static double[] sizes(MultiLayerNetwork net, INDArray input) {
    List<INDArray> activations = net.feedForward(input);
    int last = activations.size() - 1;
    INDArray h = absolute(activations.get(last - 1));
    INDArray z =
        absolute(activations.get(last - 2)).mmul(absolute(net.getParam((last - 2) + "_W")));
    INDArray b = net.getParam((last - 2) + "_b");
    if (b != null) {
      z.addiRowVector(absolute(b));
    }
    double a = Math.abs(net.getParam((last - 1) + "_W").getDouble(0));
    return h.add(z).sum(1).mul(a).data().asDouble();
  }

  private static INDArray absolute(INDArray array) {
    return Transforms.abs(array.castTo(DataType.DOUBLE), true);
  }

  /** Returns a network with these widths, inputs first, that should start at zero. */
  static MultiLayerNetwork net(
      Kind kind, DataType type, boolean bias, Activation activation, int... widths) {
    MultiLayerNetwork net = Chains.of(type, layers(kind == Kind.DOUBLED, bias, activation, widths));
    if (kind == Kind.MUTANT) {
      net.setParams(net(Kind.DOUBLED, type, bias, activation, widths).params());
    } else {
      ZERO.apply(net);
    }
    return net;
  }

  private static Layer[] layers(
      boolean doubled, boolean bias, Activation activation, int... widths) {
    int last = widths.length - 2;
    Layer[] layers = new Layer[widths.length - 1];
    for (int l = 0; l < last; l++) {
      IActivation phi = activation.getActivationFunction();
      layers[l] =
          doubled && l == last - 1
              ? Chains.doubledDense(widths[l], widths[l + 1], bias, phi)
              : Chains.dense(widths[l], widths[l + 1], bias, phi);
    }
    layers[last] =
        doubled
            ? Chains.doubledOutput(widths[last], widths[last + 1], true)
            : Chains.output(widths[last], widths[last + 1], true);
    return layers;
  }

  /**
   * Entries of very different size: each batch, each sample and each entry has its own, from 1e-30
   * to 1e30.
   */
  private static INDArray x(SplittableRandom random, DataType type, int batch, int inputs) {
    double[] values = new double[batch * inputs];
    int range = random.nextBoolean() ? 20 : 92;
    int size = random.nextInt(-range, range + 1);
    for (int i = 0; i < batch; i++) {
      int sample = size + random.nextInt(-4, 5);
      for (int j = 0; j < inputs; j++) {
        double sign = random.nextBoolean() ? 1 : -1;
        values[i * inputs + j] =
            sign * Math.scalb(random.nextDouble(), sample + random.nextInt(-4, 5));
      }
    }
    return Nd4j.create(values, new long[] {batch, inputs}, type);
  }

  private static int[] widths() {
    int[] widths = new int[39];
    for (int i = 0; i < 35; i++) {
      widths[i] = 2 * (i + 1);
    }
    widths[35] = 128;
    widths[36] = 200;
    widths[37] = 256;
    widths[38] = 1000;
    return widths;
  }

  private static int[] batches() {
    int[] batches = new int[65];
    for (int i = 0; i < 64; i++) {
      batches[i] = i + 1;
    }
    batches[64] = 1000;
    return batches;
  }
}
