package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.RunHeader;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** A small network, and instruments and recorders that do what a test says. */
abstract class InstrumentFixture {

  static final int STEPS = 30;

  static DataSet data() {
    return Stacks.classes(DataType.DOUBLE, 20, 3, 1, 4);
  }

  static MultiLayerNetwork network(ILossFunction loss) {
    return Stacks.network(
        DataType.DOUBLE,
        new Sgd(0.1),
        new DenseLayer.Builder().nIn(3).nOut(7).activation(Activation.RELU).build(),
        new OutputLayer.Builder(loss).nIn(7).nOut(1).activation(Activation.IDENTITY).build());
  }

  static byte[] train(ILossFunction loss, ImplicitBiasListener bias) {
    MultiLayerNetwork net = network(loss);
    if (bias != null) {
      net.addListeners(bias);
    }
    for (int step = 0; step < STEPS; step++) {
      net.fit(data());
    }
    return net.params().dup().data().asBytes();
  }

  /** Trains watched, closes, and compares with bare training. */
  static Run trained(ImplicitBiasListener bias) {
    assertArrayEquals(train(new LossMSE(), null), train(new LossMSE(), bias));
    bias.close();
    return bias.run();
  }

  static void raise(Throwable failure) {
    if (failure instanceof Error) {
      throw (Error) failure;
    }
    throw (RuntimeException) failure;
  }

  /** A metric whose value is the step; something happens first. */
  static Metric metric(String id, Consumer<Observation> first) {
    return new Metric() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public Scope scope() {
        return Scope.NETWORK;
      }

      @Override
      public double evaluate(Observation observation, int layer) {
        first.accept(observation);
        return observation.step();
      }
    };
  }

  static SampleMetric sampleMetric(String id, Consumer<Observation> first) {
    return new SampleMetric() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public Metric.Scope scope() {
        return Metric.Scope.NETWORK;
      }

      @Override
      public Cadence cadence(Dimensions dimensions) {
        return Cadence.everyRecord();
      }

      @Override
      public boolean evaluate(Observation observation, int layer, double[] into) {
        first.accept(observation);
        return true;
      }
    };
  }

  static Prediction prediction(String id, Consumer<Observation> first) {
    return new Prediction() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public String statement() {
        return "It holds.";
      }

      @Override
      public String source() {
        return "made up";
      }

      @Override
      public Check start(Observation observation) {
        return later -> {
          first.accept(later);
          return Verdict.holds(1, 2);
        };
      }
    };
  }

  static Recorder recorder(String name, Runnable atBlock) {
    return new Recorder() {
      @Override
      public void header(RunHeader header) {}

      @Override
      public void block(byte[] block) {
        atBlock.run();
      }

      @Override
      public void close() {}

      @Override
      public String toString() {
        return name;
      }
    };
  }
}
