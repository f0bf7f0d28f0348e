package io.github.implicitbias.extending;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;

public final class StepIsRateTimesGradient implements Law {

  @Override
  public String id() {
    return "stepIsRateTimesGradient";
  }

  @Override
  public String statement() {
    return "A step of SGD is as long as the rate times the gradient.";
  }

  @Override
  public String source() {
    return "the definition of SGD";
  }

  @Override
  public Check start(StepNetwork network) {
    return step -> step.isRead() ? judge(step) : Verdict.holds(0, 1e-3);
  }

  private static Verdict judge(TrainingStep step) {
    double worst = 0;
    for (int l = 0; l < step.network().layers().size(); l++) {
      UpdateRule rule = step.network().layer(l).rule();
      if (rule.kind() != UpdateRule.Kind.SGD || !rule.isUndecayed()) {
        return Verdict.notApplicable("the weights of layer " + l + " are not those of plain SGD");
      }
      LayerSums sums = step.sums(l);
      double moved = Math.sqrt(Arrays.stream(sums.updateSquares()).sum());
      double gradient = Math.sqrt(Arrays.stream(sums.gradientSquares()).sum());
      if (gradient > 0) {
        worst = Math.max(worst, Math.abs(moved / (rule.rate() * gradient) - 1));
      }
    }
    return worst > 1e-3 ? Verdict.violated(worst, 1e-3, "") : Verdict.holds(worst, 1e-3);
  }
}
