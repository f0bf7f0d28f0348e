package io.github.implicitbias.core.visit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Samples have the numbers and names of the training set that they are from. */
class SampleNumbersTest {

  /** One step on two classes; margin of a sample is z of its label minus the other. */
  private static void step(VisitBook book, int number, long[] keys, int[] labels, double[] margin) {
    double[] z = new double[2 * keys.length];
    double[] y = new double[2 * keys.length];
    for (int i = 0; i < keys.length; i++) {
      y[2 * i + labels[i]] = 1;
      z[2 * i + labels[i]] = margin[i];
    }
    book.step(number, keys.length, keys, new long[0][], z, y, 2);
  }

  private static VisitBook book() {
    return new VisitBook(List.of(), new int[0], List.of(), LabelKind.CLASSES, null, 0, "Kept.");
  }

  @Test
  void samplesOfTheTrainingSet_haveTheirPlaces_andOthersComeAfterThem() {
    VisitBook book = book();
    book.number(new SampleIndex(new long[] {50, 40, 50, 30, 0}, List.of("a", "b", "c", "d", "e")));
    assertEquals(5, book.size());
    assertEquals(0, book.visited());
    assertEquals(0, book.of("d").visits());
    assertEquals(-1, book.of("d").lastStep());
    assertEquals(-1, book.of("d").label());
    step(book, 0, new long[] {30, 99, 50}, new int[] {1, 0, 0}, new double[] {-2, 3, 1});
    step(book, 1, new long[] {30, 0, 50}, new int[] {1, 1, 0}, new double[] {-4, 5, 2});
    book.endEpoch();
    assertEquals(6, book.size());
    assertEquals(4, book.visited());
    assertEquals(3, book.find(30));
    assertEquals(5, book.find(99));
    assertEquals(-1, book.find(98));
    VisitedSample d = book.of("d");
    assertEquals(3, d.number());
    assertEquals("d", d.id());
    assertEquals(2, d.visits());
    assertEquals(-4, d.meanMargin(), "from the second visit on");
    assertEquals(1, d.label());
    assertEquals(0, d.predicted());
    assertEquals(0, d.instead());
    VisitedSample a = book.of(0);
    assertEquals(2, a.visits(), "equal rows count with the first");
    assertEquals(0, a.predicted());
    assertEquals(1, a.instead());
    assertEquals(0, book.of("c").visits());
    assertEquals("5", book.of(5).id());
    assertArrayEquals(new int[] {3}, book.neverLearned());
    assertEquals(1, book.epoch(0).neverLearned());
    assertEquals(4, book.epoch(0).newSamples());
    assertEquals(4, book.epoch(0).samples());
    assertEquals(
        "Kept. 1 of the 5 samples given to the builder are equal to one before, features and label,"
            + " and count with it. 1 visited samples are not among the 5 given to the builder, and"
            + " have the numbers from 5 on; if those are the whole training set, training sees"
            + " other bytes, after a normalizer for example.",
        book.status());
  }

  @Test
  void questionsAboutWhatIsNotThere_areAnswered() {
    VisitBook book = book();
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> book.of("a"))
            .getMessage()
            .contains("no ids were given"));
    assertThrows(IllegalArgumentException.class, () -> book.of(0));
    assertThrows(IllegalArgumentException.class, () -> book.epoch(0));
    assertThrows(IllegalArgumentException.class, () -> book.sharesSoFar("layer0"));
    step(book, 0, new long[] {1}, new int[] {0}, new double[] {1});
    assertThrows(
        IllegalStateException.class, () -> book.number(new SampleIndex(new long[] {1}, null)));
  }

  @Test
  void namesThatDoNotFit_areRefused() {
    long[] keys = {1, 2};
    assertEquals(
        "1 sample ids for 2 samples: give one per sample",
        assertThrows(IllegalArgumentException.class, () -> new SampleIndex(keys, List.of("a")))
            .getMessage());
    assertEquals(
        "'a' is the id of samples 0 and 1: give each its own",
        assertThrows(IllegalArgumentException.class, () -> new SampleIndex(keys, List.of("a", "a")))
            .getMessage());
  }

  @Test
  void forgottenMost_areThoseThatLostTheirPositiveMarginMostOften() {
    VisitBook book = book();
    double[][] margins = {
      {1, -1, 1, -1, 1}, {1, 1, 1, 1, 1}, {1, -1, -1, -1, -1}, {-1, -1, -1, 1, -1}
    };
    int step = 0;
    for (int visit = 0; visit < 5; visit++) {
      for (int i = 0; i < margins.length; i++) {
        step(book, step++, new long[] {i}, new int[] {i % 2}, new double[] {margins[i][visit]});
      }
      book.endEpoch();
    }
    assertArrayEquals(new int[] {0, 2, 3}, book.forgottenMost(9));
    assertArrayEquals(new int[] {0}, book.forgottenMost(1));
    assertEquals(2, book.of(0).forgotten());
    assertArrayEquals(new int[] {2, 3}, book.hardest(2), "mean margins -1 and -0.5");
  }

  @Test
  void unitsOfThisAndOfTheLastEpoch() {
    VisitBook book =
        new VisitBook(
            List.of("layer0"),
            new int[] {2},
            List.of(UnitBits.EXACT),
            LabelKind.NUMBERS,
            null,
            1 << 20,
            "Kept.");
    double[] none = {0, 0};
    assertThrows(IllegalArgumentException.class, () -> book.sharesSoFar("layer1"));
    assertTrue(Float.isNaN(book.sharesSoFar("layer0")[0]));
    book.step(0, 2, new long[] {1, 2}, new long[][] {{1, 0}}, none, none, 1);
    book.endEpoch();
    book.step(1, 2, new long[] {1, 2}, new long[][] {{3, 2}}, none, none, 1);
    assertArrayEquals(new float[] {0.5f, 0}, book.epoch(0).shares("layer0"));
    assertArrayEquals(new float[] {1, 0.5f}, book.sharesSoFar("layer0"));
    assertEquals(1, book.epochs().size());
  }
}
