package io.github.implicitbias.core.visit;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.format.HeaderBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * What the visits of one step say, as columns of a run: of the batch its loss, accuracy and
 * smallest margin; of each layer the share of entries that were on, the units that were off for the
 * whole batch, and the flips of its samples since their last visits. All of them are of the network
 * as training has run it at that step.
 */
public final class VisitColumns {

  private static final String BATCH = "theta, as training has run it";
  private static final String COMPARED =
      "steps at which samples come again; counted over those whose last pattern is kept";

  private static final Definition LOSS =
      Definition.formula("mean unregularised loss of the samples of the batch")
          .parameters(BATCH)
          .applies("visits, and a loss that is known as a function of one sample")
          .expect("falls; as noisy as the batches are small")
          .title("loss of the batch")
          .group(Definition.VISITS)
          .chart("Loss of the batch");

  private static final Definition ACCURACY =
      Definition.formula("share of the samples of the batch with a positive margin")
          .parameters(BATCH)
          .applies("visits, and labels that are classes")
          .expect("rises to 1 where the network can tell the classes apart")
          .title("accuracy of the batch")
          .group(Definition.VISITS)
          .chart("Accuracy of the batch");

  private static final Definition MARGIN =
      Definition.formula("smallest margin of a sample of the batch, before the softmax or sigmoid")
          .parameters(BATCH)
          .applies("visits, and labels that are classes")
          .expect("stays negative as long as each batch has a sample that is not learned")
          .title("smallest margin of the batch")
          .group(Definition.VISITS)
          .chart("Smallest margin of the batch");

  private static final Definition ACTIVE =
      Definition.formula("share of the pairs of unit and sample of the batch that are on")
          .parameters(BATCH)
          .applies("layers whose visits show every unit")
          .expect("near 1/2 at first; falls where training makes units sparse")
          .title("active fraction in the batch")
          .group(Definition.VISITS)
          .chart("Active fraction in the batch");

  private static final Definition OFF =
      Definition.formula("units that are off for every sample of the batch")
          .parameters(BATCH)
          .applies("layers whose visits show every unit")
          .expect("at least the dead units of the epoch; more in small batches")
          .title("units off for the whole batch")
          .group(Definition.VISITS)
          .chart("Units off for the whole batch");

  private static final Definition ACTIVATIONS =
      flips("units that are on and were not on at any visit of the sample before", "activations");

  private static final Definition REACTIVATIONS =
      flips("units that are on, were off at the last visit, and on at one before", "reactivations");

  private static final Definition DEACTIVATIONS =
      flips("units that are off and were on at the last visit", "deactivations");

  private static final Definition[] OF_BATCH = {LOSS, ACCURACY, MARGIN};
  private static final String[] OF_BATCH_IDS = {"batchLoss", "batchAccuracy", "batchMinMargin"};
  private static final Definition[] OF_LAYER = {
    ACTIVE, OFF, ACTIVATIONS, REACTIVATIONS, DEACTIVATIONS
  };
  private static final String[] OF_LAYER_IDS = {
    "batchActiveFraction",
    "batchOffUnits",
    "visitActivations",
    "visitReactivations",
    "visitDeactivations"
  };

  private final VisitBook book;
  private final List<String> layers;

  /** Makes the columns of a book. */
  public VisitColumns(VisitBook book) {
    this.book = book;
    this.layers = book.layers();
  }

  private static Definition flips(String what, String title) {
    return Definition.formula(what + ", summed over the samples of the batch")
        .parameters(BATCH)
        .applies(COMPARED)
        .expect("fall as patterns settle; a sample's last visit is about an epoch ago")
        .title(title + " since the last visit")
        .group(Definition.VISITS)
        .chart("Flips since the last visit");
  }

  /** Returns the ids of the columns, those of the batch first. */
  public static List<String> ids() {
    List<String> all = new ArrayList<>(List.of(OF_BATCH_IDS));
    all.addAll(List.of(OF_LAYER_IDS));
    return all;
  }

  /** Returns the ids of those that compare patterns with the last ones of the same samples. */
  public static List<String> idsOfFlips() {
    return List.of(OF_LAYER_IDS).subList(2, OF_LAYER_IDS.length);
  }

  /** Frees the patterns that flips are counted against; see {@link VisitBook#letGoPatterns}. */
  public void letGoPatterns() {
    book.letGoPatterns();
  }

  /** Returns how many columns there are. */
  public int size() {
    return OF_BATCH.length + OF_LAYER.length * layers.size();
  }

  /**
   * Declares the columns.
   *
   * @param tracked names of the layers that the run tracks, which the builder knows; a column of
   *     another layer is one of the network that has the layer in its name
   */
  public void declare(HeaderBuilder builder, List<String> tracked) {
    for (int k = 0; k < OF_BATCH.length; k++) {
      builder.metric(OF_BATCH_IDS[k], OF_BATCH[k]);
    }
    for (int k = 0; k < OF_LAYER.length; k++) {
      for (String layer : layers) {
        int place = tracked.indexOf(layer);
        if (place >= 0) {
          builder.layerMetric(OF_LAYER_IDS[k], place, OF_LAYER[k]);
        } else {
          builder.matrixMetric(OF_LAYER_IDS[k], layer, OF_LAYER[k]);
        }
      }
    }
  }

  /**
   * Writes what the last step of the book says; what is not known is absent.
   *
   * @param values values of a record
   * @param from place of the first of these columns
   */
  public void write(double[] values, int from) {
    synchronized (book) {
      values[from] = book.stepLoss();
      values[from + 1] = book.stepAccuracy();
      values[from + 2] = book.stepSmallestMargin();
      int count = layers.size();
      for (int l = 0; l < count; l++) {
        int at = from + OF_BATCH.length + l;
        LayerVisits layer = book.layer(l);
        LastPatterns flips = layer.patterns();
        boolean compared = book.returns() && flips.compared() > 0;
        values[at] = layer.activeFraction();
        values[at + count] = layer.offUnits();
        values[at + 2 * count] = compared ? flips.activations() : Absent.VALUE;
        values[at + 3 * count] = compared ? flips.reactivations() : Absent.VALUE;
        values[at + 4 * count] = compared ? flips.deactivations() : Absent.VALUE;
      }
    }
  }
}
