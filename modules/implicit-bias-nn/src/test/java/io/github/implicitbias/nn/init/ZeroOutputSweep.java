package io.github.implicitbias.nn.init;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Looks for an input for which a network that should start at zero does not. */
final class ZeroOutputSweep {

  private static final int[] ALL = widths();
  private static final int[] FEW = {2, 6, 10, 14, 22, 36, 70, 200, 1000};
  private static final int[] BATCHES = batches();
  private static final int[] INPUTS = {3, 64};

  private static final ZeroOutput ZERO =
      new ZeroOutput(GaussianWeights.ofScale(1), 0.3).withSeed(1);

  private final Consumer<MultiLayerNetwork> start;
  private final List<String> failures = new ArrayList<>();
  private int outputs;
  private double largest;

  ZeroOutputSweep(Consumer<MultiLayerNetwork> start) {
    this.start = start;
  }

  /**
   * Prints what is not zero, with the native kernels and threads of this JVM.
   *
   * @param args start, widths, then the data types
   */
  public static void main(String[] args) {
    ZeroOutputSweep sweep = new ZeroOutputSweep(start(args[0]));
    for (int k = 2; k < args.length; k++) {
      if (args[1].equals("all")) {
        sweep.run(DataType.valueOf(args[k]), ALL, BATCHES);
      } else {
        sweep.few(DataType.valueOf(args[k]));
      }
    }
    System.out.println(sweep);
  }

  private static Consumer<MultiLayerNetwork> start(String name) {
    switch (name) {
      case "pairs":
        return ZERO::apply;
      case "halves":
        return ZeroOutputSweep::halves;
      default:
        return ZeroOutputSweep::noPowerOfTwo;
    }
  }

  /** A mutant: unit j cancels with unit j + m/2. */
  private static void halves(MultiLayerNetwork net) {
    ZERO.apply(net);
    WeightStack stack = WeightStack.of(net);
    double[] hidden = stack.first().vectors();
    double[] output = stack.last().vectors();
    int m = stack.first().units();
    int length = stack.first().vectorLength();
    double[] newHidden = new double[hidden.length];
    double[] newOutput = new double[output.length];
    for (int j = 0; j < m; j++) {
      int to = j / 2 + (j % 2) * (m / 2);
      System.arraycopy(hidden, j * length, newHidden, to * length, length);
      for (int k = 0; k < stack.last().units(); k++) {
        newOutput[k * (m + 1) + to] = output[k * (m + 1) + j];
      }
    }
    stack.first().set(newHidden);
    stack.last().set(newOutput);
    stack.write();
  }

  /** A mutant: the products of output weight and activation are rounded. */
  private static void noPowerOfTwo(MultiLayerNetwork net) {
    ZERO.apply(net);
    net.getParam("1_W").muli(1.2);
  }

  /** Tries some widths with some batch sizes, and several activations and numbers of outputs. */
  void few(DataType type) {
    run(type, FEW, new int[] {1, 2, 3, 4, 5, 8, 13, 31, 32, 61, 62, 63, 64, 1000});
  }

  /** Tries every width with every batch size, and several activations and numbers of outputs. */
  private void run(DataType type, int[] widths, int[] batches) {
    for (int units : widths) {
      for (int inputs : INPUTS) {
        run(type, units, inputs, 1, Activation.RELU, batches);
      }
      run(type, units, 10, 3, Activation.RELU, batches);
      run(type, units, 10, 1, Activation.TANH, new int[] {1, 2, 7, 64, 1000});
      run(type, units, 10, 2, Activation.ELU, new int[] {1, 3, 16, 1000});
      run(type, units, 10, 2, Activation.SIGMOID, new int[] {1, 5, 1000});
    }
    run(type, 1000, 784, 10, Activation.RELU, new int[] {1, 32, 64, 1000});
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
    return "sweep: "
        + failures.size()
        + " shapes not zero, largest "
        + largest
        + ", "
        + outputs
        + " outputs "
        + failures;
  }

  private void run(
      DataType type, int units, int inputs, int out, Activation activation, int[] batches) {
    MultiLayerNetwork net = net(type, units, inputs, out, activation);
    start.accept(net);
    SplittableRandom random = new SplittableRandom(units * 1000L + inputs);
    for (int batch : batches) {
      INDArray x = x(random, type, batch, inputs);
      double[] f = net.output(x).dup('c').data().asDouble();
      double[] sizes = sizes(net, x);
      double worst = 0;
      for (int i = 0; i < f.length; i++) {
        double ratio = Math.abs(f[i]) / (Precision.of(type).epsilon() * sizes[i / out]);
        worst = f[i] == 0 ? worst : ratio >= 0 ? Math.max(worst, ratio) : Double.NaN;
        outputs++;
      }
      if (worst != 0) {
        failures.add(
            String.format(
                "%s %d samples, %d inputs, %d %s units, %d outputs: %g",
                type, batch, inputs, units, activation, out, worst));
        largest = worst > largest || worst != worst ? worst : largest;
      }
    }
  }

  /** Returns for each sample sum_j |a_j| (|h_j| + sum_i |w_ji x_i| + |b_j|). */
  private static double[] sizes(MultiLayerNetwork net, INDArray x) {
    INDArray h = Transforms.abs(net.feedForward(x).get(1).castTo(DataType.DOUBLE));
    INDArray z =
        Transforms.abs(x.castTo(DataType.DOUBLE), true)
            .mmul(Transforms.abs(net.getParam("0_W").castTo(DataType.DOUBLE), true))
            .addRowVector(Transforms.abs(net.getParam("0_b").castTo(DataType.DOUBLE), true));
    double a = Math.abs(net.getParam("1_W").getDouble(0));
    return h.add(z).sum(1).mul(a).data().asDouble();
  }

  static MultiLayerNetwork net(
      DataType type, int units, int inputs, int outputs, Activation activation) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(type)
                .list()
                .layer(
                    new DenseLayer.Builder().nIn(inputs).nOut(units).activation(activation).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(units)
                        .nOut(outputs)
                        .build())
                .build());
    net.init();
    return net;
  }

  /** Entries of very different size: each batch, each sample and each entry has its own. */
  private static INDArray x(SplittableRandom random, DataType type, int batch, int inputs) {
    double[] values = new double[batch * inputs];
    int size = random.nextInt(-20, 21);
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
