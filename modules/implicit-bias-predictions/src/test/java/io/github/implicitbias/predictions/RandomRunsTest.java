package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.predictions.Orthogonal.Judged;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** On random orthogonal data and starts nothing that applies is violated, and all of it happens. */
class RandomRunsTest {

  @Test
  void whatApplies_comesTrue() {
    SplittableRandom random = new SplittableRandom(77);
    Map<String, Integer> reached = new HashMap<>();
    for (int run = 0; run < 60; run++) {
      PlainStack net = problem(random).net();
      net.observe();
      Judged judged = new Judged();
      judged.start(net, Predictions.saddle());
      judged.judge(net);
      for (int step = 0; step < 20_000 && net.loss() > 1e-8; step++) {
        net.descend();
        net.observe();
        judged.judge(net);
      }
      for (Prediction prediction : Predictions.saddle()) {
        String id = prediction.id();
        // A finite step takes an output weight past 0 in some of these runs, as it may.
        if (!id.equals("outputSignsKept")) {
          Verdict.State state = judged.of(id).state();
          assertNotEquals(Verdict.State.VIOLATED, state, "run " + run + "\n" + judged.states());
          reached.merge(id, state == Verdict.State.REACHED ? 1 : 0, Integer::sum);
        }
      }
    }
    reached.forEach((id, count) -> assertTrue(count >= 5, id + " " + count));
  }

  private static Orthogonal problem(SplittableRandom random) {
    int n = 2 + random.nextInt(4);
    int d = n + random.nextInt(3);
    boolean equal = random.nextBoolean();
    Orthogonal run = Orthogonal.two();
    run.rate = 0.05;
    run.x = new double[n * d];
    run.y = new double[n];
    for (int i = 0; i < n; i++) {
      double size = 0.5 + 1.5 * random.nextDouble();
      sample(random, run.x, i, d, size);
      run.y[i] = (random.nextBoolean() ? 1 : -0.7) * (equal ? 1 / size : 0.5 + random.nextDouble());
    }
    int units = 20 + random.nextInt(150);
    double scale = Math.pow(10, -3 - 7 * random.nextDouble());
    run.w = new double[units * d];
    run.a = new double[units];
    for (int j = 0; j < units; j++) {
      for (int k = 0; k < d; k++) {
        run.w[j * d + k] = scale * gaussian(random);
      }
      double norm = Math.sqrt(product(run.w, j, j, d));
      run.a[j] = random.nextBoolean() ? norm : -norm;
    }
    return run;
  }

  /** Draws a sample of a norm, orthogonal to those before. */
  private static void sample(SplittableRandom random, double[] x, int i, int d, double norm) {
    for (int k = 0; k < d; k++) {
      x[i * d + k] = gaussian(random);
    }
    for (int pass = 0; pass < 3; pass++) {
      for (int o = 0; o < i; o++) {
        double share = product(x, i, o, d) / product(x, o, o, d);
        for (int k = 0; k < d; k++) {
          x[i * d + k] -= share * x[o * d + k];
        }
      }
    }
    double factor = norm / Math.sqrt(product(x, i, i, d));
    for (int k = 0; k < d; k++) {
      x[i * d + k] *= factor;
    }
  }

  private static double product(double[] rows, int i, int k, int length) {
    double sum = 0;
    for (int l = 0; l < length; l++) {
      sum += rows[i * length + l] * rows[k * length + l];
    }
    return sum;
  }

  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
