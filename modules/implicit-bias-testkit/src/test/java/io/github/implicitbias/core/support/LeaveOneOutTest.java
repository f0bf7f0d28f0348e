package io.github.implicitbias.core.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.testkit.PlainStack;
import org.junit.jupiter.api.Test;

class LeaveOneOutTest {

  private static double[] trainOnS1a(int[] kept) {
    Probe probe = Reference.probe("s1a_data.csv").select(kept);
    PlainStack net =
        PlainStack.builder(probe, new Reference.Squared(), 0.02 * kept.length / 3)
            .neurons(1, 0, new double[] {-0.3, 0.2}, null)
            .build();
    for (int t = 0; t < 4000; t++) {
      net.descend();
    }
    return net.network().layer(0).weights();
  }

  @Test
  void s1a_endsAtTheSameWeights_withoutTheSampleOutsideTheActiveSupport_only() {
    LeaveOneOut check = new LeaveOneOut(3, LeaveOneOutTest::trainOnS1a);
    assertArrayEquals(new double[] {-4 / 3., 2}, check.weights(), 1e-12);
    assertEquals(0, check.differenceWithout(1), 1e-12);
    assertEquals(1.0005, check.differenceWithout(2), 5e-5);
    double[] each = check.differences();
    assertEquals(0, each[1], 1e-12);
    assertEquals(true, each[0] > .1);
  }

  @Test
  void askedForWhatIsNotThere_itSaysSo() {
    LeaveOneOut check = new LeaveOneOut(2, kept -> new double[] {kept.length});
    assertEquals(1, check.differenceWithout(0));
    assertThrows(IllegalArgumentException.class, () -> check.differenceWithout(2));
    assertThrows(IllegalArgumentException.class, () -> check.differenceWithout(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new LeaveOneOut(1, kept -> new double[1]));
    assertThrows(IllegalArgumentException.class, () -> new LeaveOneOut(2, kept -> null));
    LeaveOneOut changing = new LeaveOneOut(2, kept -> new double[kept.length]);
    assertThrows(IllegalArgumentException.class, () -> changing.weightsWithout(0));
  }
}
