package io.github.implicitbias.benchmarks;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.support.SupportMetrics;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.predictions.Preset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.nativeblas.NativeOpsHolder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what each metric takes at the first record of a run, against the price that it declares.
 * Each has a run of its own, so that nothing is shared; the CPU time is that from the first result
 * it needs to its last value.
 */
@Command(
    name = "metric-cost",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures what metrics take at a first record against the price they declare.")
public final class MetricCost implements Callable<Integer> {

  private static final double NANOS_PER_OPERATION = 0.5;
  private static final double LONG_NANOS = 2e9;

  @Option(
      names = "--network",
      description = "Inputs and units of the layers; ${DEFAULT-VALUE} by default.")
  private String network = "784-1024-10";

  @Option(names = "--samples", description = "Samples of the probe; ${DEFAULT-VALUE} by default.")
  private int samples = 500;

  @Option(
      names = "--least",
      description = "Milliseconds below which nothing is printed; ${DEFAULT-VALUE} by default.")
  private double least = 1;

  @Option(names = "--metrics", split = ",", description = "Ids of metrics; all by default.")
  private List<String> ids = List.of();

  /** Runs the program; exits with 2 if an option is wrong. */
  public static void main(String[] args) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    int code = new CommandLine(new MetricCost()).execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  /** When the first result that a metric needs was asked for. */
  private static final class Began implements Shared {
    static final Needs NEEDS = Needs.fromFirst(Began.class, Began::new);
    private double at;

    @Override
    public Needs needs() {
      return NEEDS;
    }

    @Override
    public void compute(Observation observation) {
      at = CpuClock.now();
    }
  }

  /** A metric with a clock around it, under another id. */
  private static final class Timed implements Metric {
    private final Metric metric;
    private double nanos;
    private double operations;
    private double bytes;

    Timed(Metric metric) {
      this.metric = metric;
    }

    @Override
    public String id() {
      return "timed-" + metric.id();
    }

    @Override
    public Scope scope() {
      return metric.scope();
    }

    @Override
    public Cadence cadence(Dimensions dimensions) {
      return Cadence.onDemand();
    }

    @Override
    public Needs needs() {
      return Began.NEEDS.and(metric.needs());
    }

    @Override
    public Price price(Dimensions dimensions, NetworkView view) {
      Price price = metric.price(dimensions, view).and(metric.needs().price(dimensions, view));
      operations = price.operationsBeyond(Set.of());
      bytes = price.bytesBeyond(Set.of());
      return price;
    }

    @Override
    public double evaluate(Observation observation, int layer) {
      double value = metric.evaluate(observation, layer);
      nanos = CpuClock.now() - observation.shared(Began.class, Began::new).at;
      return value;
    }
  }

  @Override
  public Integer call() {
    Nd4j.factory().blas().setMaxThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    int[] widths = Arrays.stream(network.split("-")).mapToInt(Integer::parseInt).toArray();
    DataSet probe = data(widths, samples);
    DataSet batch = data(widths, 8);
    List<Metric> all = new ArrayList<>(Metrics.patternStatistics());
    all.addAll(Metrics.standardAdditions());
    all.addAll(SupportMetrics.metrics());
    all.addAll(Metrics.fullAdditions());
    System.out.println(Machine.facts());
    System.out.printf(
        Locale.ROOT,
        "%n%s, %,d samples%n%n"
            + "| Metric | Estimated, ms | Measured, ms | Arrays, MB |%n|---|--:|--:|--:|%n",
        network,
        samples);
    for (Metric metric : all) {
      if (ids.isEmpty() || ids.contains(metric.id())) {
        print(metric, widths, probe, batch);
      }
    }
    return 0;
  }

  private void print(Metric metric, int[] widths, DataSet probe, DataSet batch) {
    Timed timed = new Timed(metric);
    // The second time, everything is compiled.
    for (int run = 0; run < 2 && timed.nanos < LONG_NANOS; run++) {
      MultiLayerNetwork net = network(widths);
      ImplicitBiasListener listener =
          ImplicitBiasListener.builder(probe).preset(Preset.ECONOMY).metric(timed).build();
      listener.requestAll();
      net.setListeners(listener);
      net.fit(batch);
      net.setListeners();
    }
    double estimated = timed.operations * NANOS_PER_OPERATION * 1e-6;
    double measured = timed.nanos * 1e-6;
    if (Math.max(estimated, measured) >= least) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %,.1f | %,.1f | %,.0f |%n",
          metric.id(),
          estimated,
          measured,
          timed.bytes * 1e-6);
    }
  }

  private static MultiLayerNetwork network(int[] widths) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().seed(1).updater(new Sgd(0.01)).list();
    int last = widths.length - 1;
    for (int l = 0; l < last - 1; l++) {
      layers.layer(
          new DenseLayer.Builder()
              .nIn(widths[l])
              .nOut(widths[l + 1])
              .activation(Activation.RELU)
              .build());
    }
    boolean one = widths[last] == 1;
    layers.layer(
        new OutputLayer.Builder(one ? LossFunction.MSE : LossFunction.MCXENT)
            .nIn(widths[last - 1])
            .nOut(widths[last])
            .activation(one ? Activation.IDENTITY : Activation.SOFTMAX)
            .build());
    MultiLayerNetwork net = new MultiLayerNetwork(layers.build());
    net.init();
    return net;
  }

  private static DataSet data(int[] widths, int count) {
    int outputs = widths[widths.length - 1];
    Nd4j.getRandom().setSeed(7);
    INDArray features = Nd4j.rand(count, widths[0]).subi(0.5);
    INDArray labels = Nd4j.zeros(count, outputs);
    for (int i = 0; i < count; i++) {
      labels.putScalar(i, outputs == 1 ? 0 : i % outputs, outputs == 1 && i % 2 == 1 ? -1 : 1);
    }
    return new DataSet(features, labels);
  }
}
