package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Instruments of a listener: who shares them, when they are asked, which are refused. */
class InstrumentsOfListenerTest extends InstrumentFixture {

  /** Serializable, unlike the other instruments here. */
  private static final class Portable implements Metric, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public String id() {
      return "portable";
    }

    @Override
    public Scope scope() {
      return Scope.NETWORK;
    }

    @Override
    public double evaluate(Observation observation, int layer) {
      return 7;
    }
  }

  @Test
  void clonesShareInstruments_copiesHaveThoseThatCanBeSent_andNeitherHasRecorders()
      throws Exception {
    int[] blocks = {0};
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data())
            .metric(new Portable())
            .metric(metric("bound", observation -> {}))
            .recorder(recorder("counting", () -> blocks[0]++))
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(bias);
    }
    ImplicitBiasListener copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = (ImplicitBiasListener) in.readObject();
    }
    Run cloned = trained(bias.clone());
    assertEquals(7, cloned.value("portable", 3));
    assertEquals(3, cloned.value("bound", 3));
    Run sent = trained(copy);
    assertEquals(7, sent.value("portable", 3));
    assertThrows(IllegalArgumentException.class, () -> sent.value("bound", 3));
    assertEquals(0, blocks[0]);
    trained(bias);
    assertTrue(blocks[0] > 0);
  }

  @Test
  void requestAll_makesTheNextRecordComplete() throws IOException {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data())
            .normsEvery(1000)
            .metric(
                new Metric() {
                  @Override
                  public String id() {
                    return "dear";
                  }

                  @Override
                  public Scope scope() {
                    return Scope.NETWORK;
                  }

                  @Override
                  public Cadence cadence(Dimensions dimensions) {
                    assertEquals(3, dimensions.inputs());
                    assertEquals(36, dimensions.parameters());
                    return Cadence.onDemand();
                  }

                  @Override
                  public double evaluate(Observation observation, int layer) {
                    return 1;
                  }
                })
            .build();
    MultiLayerNetwork net = network(new LossMSE());
    net.addListeners(bias);
    for (int step = 0; step < STEPS; step++) {
      if (step == 10) {
        bias.requestAll();
      }
      net.fit(data());
    }
    bias.close();
    for (int step = 0; step <= STEPS; step++) {
      boolean due = step == 0 || step == 10 || step == STEPS;
      assertEquals(due, !Absent.is(bias.run().value("dear", step)), "at " + step);
      assertEquals(due, !Absent.is(bias.run().value("parameterNorm", step)), "at " + step);
    }
  }

  @Test
  void byDefault_stepsThatNeedTheShadow_areUnderABudget_andTheShareIsRecorded() {
    MultiLayerNetwork net = network(new LossMSE());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(Stacks.classes(DataType.DOUBLE, 40, 3, 1, 9)).build();
    net.addListeners(bias);
    for (int step = 0; step < 1000; step++) {
      net.fit(data());
    }
    bias.close();
    Run run = bias.run();
    assertEquals(1001, run.size(), "every step has a record");
    long observed = run.observations();
    assertTrue(observed > 3 && observed < 500, observed + " observations");
    assertEquals(0, run.firstStep());
    assertEquals(1000, run.lastStep());
    assertTrue(run.latest("watchShare") > 0);
    assertTrue(bias.route().contains("at most 0.04"), bias.route());
    assertEquals(
        "every step in place, else at most 0.04 of the CPU time of training, and about 200 times in"
            + " any case",
        run.header().provenance().get("schedule"));
    assertEquals("standard", run.header().provenance().get("preset"));
  }

  @Test
  void twoInstrumentsOfTheSameId_areRefusedByBuild() {
    ListenerBuilder builder =
        ImplicitBiasListener.builder(data()).metric(metric("deadUnits", observation -> {}));
    assertThrows(IllegalArgumentException.class, builder::build);
  }
}
