package io.github.implicitbias.predictions.law;

import io.github.implicitbias.core.law.Law;
import java.util.List;

/** The laws of the library, one file each; docs/predictions.md describes them. */
public final class Laws {

  private Laws() {}

  /** Returns one of each, in the order of their columns. */
  public static List<Law> all() {
    return List.of(
        new UnitRescaling(),
        new OutputEuler(),
        new BalanceDriftLaw(),
        new ClassSumsConserved(),
        new NormGrowth(),
        new FittedBatchLengthensWeights(),
        new ScaleInvariance(),
        new CalibrationOnAverage(),
        new AbsentClassBiasFalls(),
        new UnusedInputsFrozen(),
        new DeadUnitsStayDead(),
        new AdamStepBounded(),
        new OutputGradientBounded());
  }

  /**
   * Returns one law of the library, to add it to a preset that does not have it.
   *
   * @param id as in docs/predictions.md, such as "unitRescaling"
   * @throws IllegalArgumentException if the library has no law with that id
   */
  public static Law named(String id) {
    for (Law law : all()) {
      if (law.id().equals(id)) {
        return law;
      }
    }
    throw new IllegalArgumentException(
        "No law of the library has the id " + id + ": docs/predictions.md lists their ids");
  }
}
