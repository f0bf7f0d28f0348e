package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Definition;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** What the columns are that every run has before those of its metrics, in their order. */
final class BasicColumns {

  private static final Map<Column.Basic, Definition> DEFINITIONS = definitionsInOrder();

  private BasicColumns() {}

  /** Returns the definition of each, in the order of the columns. */
  public static Map<Column.Basic, Definition> definitions() {
    return DEFINITIONS;
  }

  private static Map<Column.Basic, Definition> definitionsInOrder() {
    Map<Column.Basic, Definition> all = new EnumMap<>(Column.Basic.class);
    all.put(
        Column.Basic.TIME,
        Definition.formula("sum of the learning rates of the updates since the first record")
            .applies("all that is trained has one learning rate, at every update")
            .expect("rises with every step")
            .title("time"));
    all.put(
        Column.Basic.FLOW_TIME,
        Definition.formula(
                "kappa x T, kappa the trained loss divided by the loss of the gradient flow; T the"
                    + " sum of the learning rates, with Nesterov's momentum m T' = T + (1 + m) a' -"
                    + " m a, a' = m a + rate, a = 0 at the first record")
            .applies(
                "SGD or Nesterov's momentum with one learning rate, without clipping, weight decay"
                    + " or constraints; of mini-batches it is the time of the noisy flow")
            .expect("rises with every step; theory counts in this time")
            .title("flow time"));
    all.put(
        Column.Basic.LEARNING_RATE,
        Definition.formula("the learning rate of the update that leaves theta")
            .applies("one learning rate of all that is trained; not at the last record")
            .expect("what its schedule says")
            .title("learning rate"));
    all.put(
        Column.Basic.SCORE,
        Definition.formula("the score of DL4J at theta on the batch of the step")
            .applies("not at the last record")
            .expect("falls; as noisy as the batches are small")
            .title("score"));
    all.put(
        Column.Basic.LOSS,
        Definition.formula("mean unregularised loss of the probe at theta")
            .parameters("theta")
            .applies("labels, and a loss that can be computed")
            .expect("falls; faster again after each plateau")
            .title("loss"));
    all.replaceAll((basic, definition) -> definition.withoutChart());
    return Collections.unmodifiableMap(all);
  }
}
