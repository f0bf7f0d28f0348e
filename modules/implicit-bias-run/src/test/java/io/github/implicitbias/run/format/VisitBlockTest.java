package io.github.implicitbias.run.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.MadeUpVisits;
import io.github.implicitbias.run.RunId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class VisitBlockTest {

  private static final RunId ID = new RunId(3, 4);

  private static VisitTable again(VisitTable table) throws BlockFormatException {
    VisitBlock block = VisitBlock.decode(ID, VisitBlock.encode(ID, 17, table));
    assertEquals(17, block.number());
    assertEquals(table.epoch(), block.epochNumber());
    assertNull(block.epoch());
    return block.table();
  }

  @Test
  void tableOfTheEnd_isTheSameToTheLastBit() throws BlockFormatException {
    MadeUpVisits made = new MadeUpVisits(777, 1, "hidden", "out");
    made.ids = true;
    made.classes = List.of("zero", "one");
    made.epoch();
    made.epoch();
    made.flips[1][5] = -1;
    made.predicted[6] = -1;
    made.lastStep[7] = Integer.MAX_VALUE;
    made.lastMargin[8] = Float.NaN;
    made.lastMargin[9] = Float.NEGATIVE_INFINITY;
    VisitTable table = again(made.atEnd());
    assertTrue(table.isLast());
    assertEquals(777, table.size());
    assertEquals(1, table.epoch());
    assertEquals(937, table.step());
    assertEquals("Visits of samples are kept.", table.status());
    assertEquals(List.of("hidden", "out"), table.layers());
    for (int i = 0; i < 777; i++) {
      assertEquals(made.label[i], table.whole(VisitColumn.LABEL, i));
      assertEquals(made.predicted[i], table.whole(VisitColumn.INSTEAD, i));
      assertEquals(made.visits[i], table.whole(VisitColumn.VISITS, i));
      assertEquals(made.lastStep[i], table.whole(VisitColumn.LAST_STEP, i));
      assertEquals(made.learnedAt[i], table.whole(VisitColumn.LEARNED_AT, i));
      assertEquals(made.forgotten[i], table.whole(VisitColumn.FORGOTTEN, i));
      assertEquals(made.correct[i], table.whole(VisitColumn.CORRECT, i));
      assertEquals(made.lastMargin[i], (float) table.number(VisitColumn.LAST_MARGIN, i));
      assertEquals(made.meanMargin[i], (float) table.number(VisitColumn.MEAN_MARGIN, i));
      assertEquals(made.meanConfidence[i], (float) table.number(VisitColumn.MEAN_CONFIDENCE, i));
      assertEquals(made.sdConfidence[i], (float) table.number(VisitColumn.SD_CONFIDENCE, i));
      assertEquals(made.meanLoss[i], (float) table.number(VisitColumn.MEAN_LOSS, i));
      assertEquals(made.flips[0][i], table.flips("hidden", i));
      assertEquals(made.flips[1][i], table.flips("out", i));
      assertEquals("=row \u03b3," + i, table.id(i));
    }
    assertTrue(Absent.is(table.number(VisitColumn.LAST_MARGIN, 8)));
    assertTrue(Absent.is(table.number(VisitColumn.INSTEAD, 6)));
    assertEquals(-1, table.flips("other", 0));
    assertEquals("one", table.className(1));
    assertEquals("7", table.className(7));
    assertEquals("", table.className(-1));
    assertArrayEquals(made.suspects().samples(), table.suspects().samples());
    assertTrue(table.suspects().size() > 10);
    assertEquals(-2, table.suspects().threshold());
    assertEquals(made.suspects().expectedByChance(), table.suspects().expectedByChance());
  }

  @Test
  void tableOfAnEpoch_hasFractionsRoundedToEightBinaryDigits_andFewerColumns()
      throws BlockFormatException {
    MadeUpVisits made = new MadeUpVisits(3000, 2, "hidden");
    made.ids = true;
    made.epoch();
    assertTrue(
        Absent.is(again(made.atEpoch()).number(VisitColumn.MEAN_MARGIN, 0)), "after one visit");
    made.epoch();
    made.lastMargin[0] = 1 + 1f / 256; // between two, of which the first is even
    made.lastMargin[1] = 1 + 3f / 256;
    VisitTable table = again(made.atEpoch());
    assertFalse(table.isLast());
    assertEquals(1, table.number(VisitColumn.LAST_MARGIN, 0));
    assertEquals(1 + 4 / 256.0, table.number(VisitColumn.LAST_MARGIN, 1));
    for (int i = 0; i < 3000; i++) {
      double margin = made.lastMargin[i];
      double stored = table.number(VisitColumn.LAST_MARGIN, i);
      assertEquals(margin, stored, Math.abs(margin) / 256);
      assertEquals(made.label[i], table.whole(VisitColumn.LABEL, i));
      assertEquals(made.flips[0][i], table.flips("hidden", i));
      assertEquals(Integer.toString(i), table.id(i));
    }
    for (VisitColumn left :
        List.of(VisitColumn.VISITS, VisitColumn.LAST_STEP, VisitColumn.LEARNED_AT)) {
      assertFalse(table.has(left));
      assertEquals(-1, table.whole(left, 0));
    }
  }

  private static byte[] pixels(int count, int bytes) {
    byte[] pixels = new byte[count * bytes];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = (byte) (k % 7 == 0 ? k / 7 : 0);
    }
    return pixels;
  }

  @Test
  void pictures_areTheSame_besideNames() throws BlockFormatException {
    MadeUpVisits made = new MadeUpVisits(400, 2, "hidden");
    made.ids = true;
    made.epoch();
    int[] samples = {399, 0, 17};
    byte[] pixels = pixels(3, 28 * 20 * 3);
    VisitTable table = again(made.atEnd().withPictures(28, 20, 3, samples, pixels));
    assertArrayEquals(new int[] {28, 20, 3}, table.pictureShape());
    for (int k = 0; k < samples.length; k++) {
      assertArrayEquals(
          Arrays.copyOfRange(pixels, k * 1680, (k + 1) * 1680), table.picture(samples[k]));
    }
    assertEquals(0, table.picture(1).length);
    assertEquals(0, table.values(17).length);
    assertEquals(0, table.shownFeatures());
    assertEquals("=row \u03b3,9", table.id(9));
    assertEquals(made.label[9], table.whole(VisitColumn.LABEL, 9));
    assertArrayEquals(table.picture(17), again(table.withClasses(List.of("a"))).picture(17));
  }

  @Test
  void values_areTheSame_alsoThoseThatAreNoNumbers() throws BlockFormatException {
    MadeUpVisits made = new MadeUpVisits(30, 2, "hidden");
    made.epoch();
    float[][] values = {{1.5f, Float.NaN, -0f}, {1e-30f, 3, Float.NEGATIVE_INFINITY}};
    VisitTable table = again(made.atEpoch().withValues(new int[] {29, 3}, values));
    assertEquals(3, table.shownFeatures());
    assertArrayEquals(values[0], table.values(29));
    assertArrayEquals(values[1], table.values(3));
    assertEquals(0, table.values(4).length);
    assertEquals(0, table.pictureShape().length);
    assertEquals(0, table.picture(3).length);
    assertArrayEquals(new float[0], again(made.atEpoch()).values(3), "no rows were given");
  }

  @Test
  void tooManyOrTooLargeRows_areRefused() {
    MadeUpVisits made = new MadeUpVisits(100, 2, "hidden");
    made.epoch();
    VisitTable table = made.atEnd();
    int[] one = {3};
    assertThrows(
        IllegalArgumentException.class, () -> table.withPictures(65, 1, 1, one, new byte[65]));
    assertThrows(
        IllegalArgumentException.class, () -> table.withPictures(2, 2, 2, one, new byte[8]));
    assertThrows(
        IllegalArgumentException.class, () -> table.withPictures(2, 2, 1, one, new byte[5]));
    assertThrows(
        IllegalArgumentException.class, () -> table.withValues(one, new float[][] {{1}, {2}}));
    assertThrows(IllegalArgumentException.class, () -> table.withValues(one, new float[1][65]));
    assertThrows(
        IllegalArgumentException.class,
        () -> table.withValues(new int[] {3, 3}, new float[][] {{1}, {2}}));
    assertThrows(
        IllegalArgumentException.class, () -> table.withValues(new int[51], new float[51][1]));
    // A sample that the table does not have is found by whoever reads it.
    byte[] block = VisitBlock.encode(ID, 1, table.withValues(new int[] {100}, new float[1][1]));
    assertThrows(BlockFormatException.class, () -> VisitBlock.decode(ID, block));
  }

  @Test
  void epoch_isTheSame() throws BlockFormatException {
    MadeUpVisits made = new MadeUpVisits(50, 3, "hidden", "out");
    made.epoch();
    VisitEpoch expected = made.ofEpoch();
    VisitBlock block = VisitBlock.decode(ID, VisitBlock.encode(ID, 3, expected));
    assertNull(block.table());
    VisitEpoch epoch = block.epoch();
    assertEquals(0, epoch.epoch());
    assertEquals(0, epoch.firstStep());
    assertEquals(468, epoch.lastStep());
    for (EpochNumber what : EpochNumber.values()) {
      assertEquals(
          Double.doubleToRawLongBits(expected.number(what)),
          Double.doubleToRawLongBits(epoch.number(what)));
    }
    assertTrue(Absent.is(epoch.number(EpochNumber.MEAN_LOSS)));
    for (int l = 0; l < 2; l++) {
      VisitLayer layer = epoch.layers().get(l);
      VisitLayer of = expected.layers().get(l);
      assertEquals(of.name(), layer.name());
      assertArrayEquals(of.shares(), layer.shares());
      assertArrayEquals(of.flipsOfUnits(), layer.flipsOfUnits());
      assertEquals(of.isAtLeast(), layer.isAtLeast());
      assertEquals(of.deadUnits(), layer.deadUnits());
      assertEquals(of.linearUnits(), layer.linearUnits());
      assertEquals(of.distinctPatterns(), layer.distinctPatterns());
      assertEquals(of.flips(), layer.flips());
    }
    assertEquals(-1, epoch.layers().get(1).distinctPatterns());
  }

  @Test
  void sizesOfSixtyThousandSamples_areBelowHalfAMegabytePerEpoch() throws BlockFormatException {
    MadeUpVisits made = new MadeUpVisits(60_000, 4, "hidden");
    long epochs = 0;
    long most = 0;
    for (int e = 0; e < 10; e++) {
      made.epoch();
      int bytes = VisitBlock.encode(ID, 2 * e + 1, made.atEpoch()).length;
      bytes += VisitBlock.encode(ID, 2 * e, made.ofEpoch()).length;
      epochs += bytes;
      most = Math.max(most, bytes);
    }
    int end = VisitBlock.encode(ID, 20, made.atEnd()).length;
    System.out.println(
        "60,000 samples, 10 epochs: "
            + epochs / 10
            + " bytes per epoch, at most "
            + most
            + ", the end "
            + end);
    assertTrue(most < 600_000, most + " bytes of an epoch");
    assertTrue(end < 2_000_000, end + " bytes of the end");
  }

  @Test
  void numbersThatAreAllTheSame_areReadBack() throws BlockFormatException {
    int[] same = new int[100_000];
    VisitTable.Builder table = new VisitTable.Builder(same.length, 0, 9);
    for (VisitColumn column : VisitColumn.values()) {
      if (column.isFraction()) {
        table.fraction(column, new float[same.length]);
      } else {
        table.whole(column, same);
      }
    }
    byte[] block = VisitBlock.encode(ID, 1, table.flips("a", same).atEnd());
    VisitTable read = VisitBlock.decode(ID, block).table();
    assertEquals(0, read.number(VisitColumn.MEAN_LOSS, 99_999));
    assertEquals(0, read.flips("a", 99_999));
    // 27 bytes per sample; a reader believes four times what is there.
    assertTrue(block.length > 27 * same.length / 4, block.length + " bytes");
  }

  @Test
  void noSamples_andNoLayers() throws BlockFormatException {
    VisitTable none =
        again(new VisitTable.Builder(0, -1, 0).whole(VisitColumn.LABEL, new int[0]).atEnd());
    assertEquals(0, none.size());
    assertEquals(-1, none.epoch());
    assertThrows(IndexOutOfBoundsException.class, () -> none.whole(VisitColumn.LABEL, 0));
    byte[] bare = VisitBlock.encode(ID, 0, new VisitEpoch(0, 0, 0, Map.of(), List.of()));
    assertEquals(List.of(), VisitBlock.decode(ID, bare).epoch().layers());
  }

  @Test
  void whatDoesNotFit_isRefusedWhenItIsMade() {
    VisitTable.Builder table = new VisitTable.Builder(2, 0, 0);
    assertThrows(IllegalArgumentException.class, () -> table.whole(VisitColumn.LABEL, new int[3]));
    assertThrows(
        IllegalArgumentException.class, () -> table.whole(VisitColumn.MEAN_LOSS, new int[2]));
    assertThrows(
        IllegalArgumentException.class, () -> table.fraction(VisitColumn.LABEL, new float[2]));
    assertThrows(IllegalArgumentException.class, () -> table.ids(List.of("a")));
    assertThrows(IllegalArgumentException.class, () -> new VisitTable.Builder(-1, 0, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new VisitEpoch(0, 5, 4, Map.of(), List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new VisitLayer("a", new float[0], false, 0, 0, 0, 0, null));
  }

  private static void refused(Forged forged) {
    assertThrows(BlockFormatException.class, () -> VisitBlock.decode(ID, forged.seal()));
  }

  /** The beginning of a table without suspects: flags, epoch, step, texts, size. */
  private static Forged table(int size) {
    Forged table = Forged.visits(ID, 1).bytes(2, 1).vars(1, 9).texts("").ints(0);
    return table.doubles(0, 2).texts("").ints(0).ints(size);
  }

  @Test
  void whatCannotBe_isRefused() throws BlockFormatException {
    VisitBlock.decode(ID, table(2).bytes(1, 0).ints(0).bytes(1, 0).ints(2).bytes(1, 2).seal());
    refused(table(2).bytes(1, 0).ints(0).bytes(1, 0).ints(2).bytes(1, 2, 3));
    refused(table(2).bytes(1, 0).ints(0).bytes(1, 0).ints(1).bytes(1));
    refused(table(2).bytes(1, 0).ints(0).bytes(5, 0).ints(2).bytes(1, 2));
    refused(table(2).bytes(1, 0).ints(0).bytes(1, 2).ints(2).bytes(1, 2));
    refused(table(2).bytes(1, 0).ints(0).bytes(1, 1).ints(2).bytes(1, 2));
    refused(table(2).bytes(1, 12).ints(0).bytes(1, 0).ints(2).bytes(1, 2));
    refused(table(2).bytes(2, 1, 1).ints(0));
    refused(table(-1).bytes(0).ints(0));
    refused(table(2).bytes(1, 0).ints(2).texts("a", "a"));
    refused(table(2).bytes(0).ints(0));
    refused(table(2).bytes(1, 0).ints(1).texts("x".repeat(513)));
    refused(Forged.visits(ID, -1).bytes(2));
    refused(Forged.visits(ID, 1).bytes(3));
    refused(Forged.visits(ID, 1).bytes(2, 4));
    refused(Forged.visits(ID, 1).bytes(2, 2));
    refused(Forged.visits(ID, 1).bytes(1).vars(0, 5, 4).bytes(0).ints(0));
    refused(Forged.visits(ID, 1).bytes(1).vars(0, 0, 4).bytes(1, 99).doubles(0, 1).ints(0));
    refused(Forged.visits(ID, 1).bytes(1).vars(0, 0, 4).bytes(0).ints(1).texts("a").bytes(4));
    refused(Forged.visits(ID, 1).bytes(1).vars(0, 0, 4).bytes(0).ints(1 << 30));
    Forged suspect = Forged.visits(ID, 1).bytes(2, 1).vars(1, 9).texts("").ints(0);
    refused(suspect.doubles(0, 2).texts("").ints(1).vars(2).ints(2).bytes(0).ints(0));
    byte[] right = VisitBlock.encode(ID, 1, new VisitEpoch(0, 0, 0, Map.of(), List.of()));
    assertThrows(
        BlockFormatException.class, () -> VisitBlock.decode(new RunId(9, 9), right), "another run");
    right[40] ^= 1;
    assertThrows(BlockFormatException.class, () -> VisitBlock.decode(ID, right), "damage");
  }

  @Test
  void numbersThatInflateToMoreThanTheBlockJustifies_areRefused() {
    Deflater deflater = Planes.deflater();
    byte[] zeros = Planes.deflated(new byte[1 << 24], deflater);
    deflater.end();
    Forged bomb = table(1 << 24).bytes(1, 0).ints(0).bytes(1, 1).ints(zeros.length);
    for (byte one : zeros) {
      bomb.bytes(one);
    }
    refused(bomb);
    refused(table(Integer.MAX_VALUE).bytes(1, 0).ints(0).bytes(4, 1).ints(1).bytes(0));
  }
}
