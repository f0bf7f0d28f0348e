package io.github.implicitbias.core.visit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Absent;
import org.junit.jupiter.api.Test;

/** Margins, confidences, their means and the suspects, against numbers computed with NumPy. */
class VisitStatisticsTest {

  private static final double[][] LOGITS = {
    {0.69, 1.64, 0.66}, {-2.61, 1.81, 0.89}, {-1.07, 1.16, 0.73}, {1.0, 1.0, -2.0},
    {-1.47, -0.33, -0.96}, {1.2, 0.08, -0.58}, {-1.56, -0.51, 0.02}, {-0.55, 2.59, 2.01}
  };
  private static final double[] MARGINS = {-0.95, -4.42, -2.23, 0.0, -1.14, 1.12, -1.58, -3.14};
  private static final double[] PROBABILITIES = {
    0.21948330503889665,
    0.008531568790719184,
    0.061163899299824236,
    0.4878555511603684,
    0.17265015831038913,
    0.6689330377121722,
    0.11477620970561501,
    0.026998070374876164
  };

  private static final double[] MEANS = {
    5.24, 10.09, 7.29, 7.33, 4.97, 2.7, 6.33, 6.22, 3.55, 4.63, 5.86, 4.11, 5.8, 6.19, 6.07, 4.99,
    7.19, 7.78, 6.64, 4.36, 7.46, 5.0, 7.76, 3.86, -3.17, -5.04, -7.5, -0.66, -0.47, -0.36
  };

  @Test
  void visitsOfOneSample_throughASoftmax() {
    double[] label = {1, 0, 0};
    SampleRecords records = new SampleRecords();
    records.visit(0, 6, 0, 1, -100, 0.3, 100, 1); // the first visit of a sample does not count
    for (int t = 0; t < LOGITS.length; t++) {
      double margin = LabelKind.CLASSES.margin(LOGITS[t], label, 0, 3);
      double confidence = LabelKind.CLASSES.confidence(LOGITS[t], label, 0, 3);
      assertEquals(MARGINS[t], margin, 1e-15);
      assertEquals(PROBABILITIES[t], confidence, 1e-15);
      records.visit(0, 7 + t, 0, 1, margin, confidence, 0.5 * t, 1);
    }
    VisitedSample sample = new VisitedSample(0, "0", records);
    assertEquals(9, sample.visits());
    assertEquals(14, sample.lastStep());
    assertEquals(-1.5425, sample.meanMargin(), 1e-14);
    assertEquals(0.22004897504910761, sample.meanConfidence(), 1e-15);
    assertEquals(0.22186688551270517, sample.confidenceDeviation(), 1e-15);
    assertEquals(1.75, sample.meanLoss(), 1e-15);
    assertEquals(1, sample.forgotten());
    assertEquals(12, sample.learnedAt(), "a tie is not correct");
    assertEquals(false, sample.isCorrect());
  }

  @Test
  void sigmoidAndSigns() {
    double[] logits = {-5.42, -3.78, -0.35, -0.84, 0.43, 0.43, 4.24, -2.22};
    double[] margins = {5.42, 3.78, 0.35, 0.84, -0.43, -0.43, -4.24, 2.22};
    for (int t = 0; t < logits.length; t++) {
      double[] z = {logits[t]};
      assertEquals(margins[t], LabelKind.SIGMOID.margin(z, new double[] {0}, 0, 1));
      assertEquals(margins[t], LabelKind.SIGNS.margin(z, new double[] {-1}, 0, 1));
      assertEquals(-margins[t], LabelKind.SIGMOID.margin(z, new double[] {1}, 0, 1));
      assertEquals(
          1 / (1 + Math.exp(logits[t])),
          LabelKind.SIGMOID.confidence(z, new double[] {0}, 0, 1),
          1e-15);
    }
    double[] z = {2, -1, 3};
    double[] y = {1, 1, 0};
    assertEquals(-3, LabelKind.INDEPENDENT.margin(z, y, 0, 3));
    assertEquals(
        1 / (1 + Math.exp(-2)) / (1 + Math.exp(1)) / (1 + Math.exp(3)),
        LabelKind.INDEPENDENT.confidence(z, y, 0, 3),
        1e-15);
  }

  @Test
  void whatLabelsDoNotSay_isAbsent() {
    double[] z = {0.5, 0.25};
    assertTrue(Absent.is(LabelKind.CLASSES.margin(z, new double[] {0.5, 0.5}, 0, 2)), "tied");
    assertTrue(Absent.is(LabelKind.CLASSES.margin(z, new double[] {0, 0}, 0, 2)), "no class");
    assertEquals(0.25, LabelKind.CLASSES.margin(z, new double[] {0.9, 0.1}, 0, 2), "smoothed");
    assertTrue(Absent.is(LabelKind.SIGMOID.margin(z, new double[] {0.5}, 0, 1)));
    assertTrue(Absent.is(LabelKind.INDEPENDENT.margin(z, new double[] {1, 0.5}, 0, 2)));
    assertTrue(Absent.is(LabelKind.INDEPENDENT.confidence(z, new double[] {1, 0.5}, 0, 2)));
    assertTrue(Absent.is(LabelKind.NUMBERS.margin(z, new double[] {0.9, 0.1}, 0, 2)));
    assertTrue(Absent.is(LabelKind.SIGNS.confidence(z, new double[] {1}, 0, 1)));
  }

  @Test
  void valuesThatAreNotFinite_doNotCount() {
    SampleRecords records = new SampleRecords();
    double[] margins = {1, 2, Double.NaN, Double.POSITIVE_INFINITY, 4};
    for (int t = 0; t < margins.length; t++) {
      records.visit(0, t, 0, 0, margins[t], margins[t] / 8, margins[t], margins[t]);
    }
    VisitedSample sample = new VisitedSample(0, "0", records);
    assertEquals(5, sample.visits());
    assertEquals(3, sample.meanMargin());
    assertEquals(0.375, sample.meanConfidence());
    assertEquals(0.125, sample.confidenceDeviation());
    assertEquals(3, sample.meanLoss());
    assertEquals(0, sample.forgotten());
    VisitedSample other = new VisitedSample(0, "0", visitedOnce());
    assertTrue(Absent.is(other.meanMargin()), "one visit has no mean");
    assertEquals(2, other.lastMargin());
  }

  private static SampleRecords visitedOnce() {
    SampleRecords records = new SampleRecords();
    records.visit(0, 0, 1, 1, 2, 0.5, 1, 1);
    return records;
  }

  @Test
  void mirroredMargin() {
    SuspectLabels suspects = SuspectLabels.of(MEANS, MEANS.length);
    assertEquals(-4.522, suspects.threshold(), 1e-14);
    assertArrayEquals(new int[] {26, 25}, suspects.samples());
    assertEquals("", suspects.reason());
  }

  @Test
  void howManyAreExpectedByChance() {
    double[] means = new double[110];
    for (int i = 0; i < 100; i++) {
      means[i] = i + 1; // Q is 20.8: 20 of them are below
    }
    for (int i = 0; i < 5; i++) {
      means[100 + i] = -i; // 5 in (-Q, 0], so a quarter of those above
      means[105 + i] = -21 - i;
    }
    SuspectLabels suspects = SuspectLabels.of(means, means.length);
    assertEquals(-20.8, suspects.threshold(), 1e-12);
    assertEquals(5, suspects.samples().length);
    assertEquals(
        5.0 / 4 + 5.0 / 16 + 5.0 / 64 + 5.0 / 256 + 5.0 / 768, suspects.expectedByChance(), 1e-12);
    for (int i = 0; i < 20; i++) {
      means[i] = -1;
    }
    assertTrue(
        Absent.is(SuspectLabels.of(means, means.length).expectedByChance()), "no decline at 0");
  }

  @Test
  void theRuleWaits_andSaysForWhat() {
    double[] few = MEANS.clone();
    few[0] = few[1] = few[2] = few[3] = Double.NaN;
    SuspectLabels waiting = SuspectLabels.of(few, few.length);
    assertEquals(0, waiting.samples().length);
    assertTrue(Absent.is(waiting.threshold()));
    assertTrue(waiting.reason().startsWith("26 of 30 samples"), waiting.reason());
    double[] unlearned = {-1, -2, -3, 4};
    assertTrue(
        SuspectLabels.of(unlearned, unlearned.length).reason().contains("positive for 1 of 4"),
        SuspectLabels.of(unlearned, unlearned.length).reason());
    assertTrue(SuspectLabels.of(new double[0], 0).reason().startsWith("0 of 0"));
  }
}
