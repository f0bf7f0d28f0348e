package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files, read back by TensorFlow's own rules. */
class TensorBoardTest {

  @TempDir Path folder;

  private final RandomRun made = new RandomRun(61, 70, 5, 4);

  /** One value of a summary. */
  private static final class Told {
    long step;
    String tag = "";
    float scalar;
    double count;
    double sum;
    double inBuckets;
    boolean isHistogram;
  }

  private static int masked(byte[] bytes, int from, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, from, length);
    long crc = sum.getValue();
    return (int) (((crc >>> 15 | crc << 17) & 0xffffffffL) + 0xa282ead8L);
  }

  /** Reads all records, and checks both sums of each. */
  private static List<Told> read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Told> all = new ArrayList<>();
    boolean first = true;
    while (in.hasRemaining()) {
      int at = in.position();
      int length = (int) in.getLong();
      assertEquals(masked(bytes, at, 8), in.getInt());
      ByteBuffer event = in.slice().order(ByteOrder.LITTLE_ENDIAN);
      event.limit(length);
      in.position(in.position() + length);
      assertEquals(masked(bytes, at + 12, length), in.getInt());
      Map<Integer, Object> fields = fields(event);
      if (first) {
        ByteBuffer version = (ByteBuffer) fields.get(3);
        assertEquals("brain.Event:2", StandardCharsets.UTF_8.decode(version).toString());
        first = false;
      } else {
        all.addAll(summary((long) fields.get(2), (ByteBuffer) fields.get(5)));
      }
    }
    return all;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static Object field(ByteBuffer in, int type) {
    switch (type) {
      case 0:
        return varint(in);
      case 1:
        return in.getDouble();
      case 5:
        return in.getFloat();
      default:
        int length = (int) varint(in);
        ByteBuffer part = in.slice().order(ByteOrder.LITTLE_ENDIAN);
        part.limit(length);
        in.position(in.position() + length);
        return part;
    }
  }

  private static Map<Integer, Object> fields(ByteBuffer in) {
    Map<Integer, Object> found = new TreeMap<>();
    while (in.hasRemaining()) {
      int key = (int) varint(in);
      found.put(key >>> 3, field(in, key & 7));
    }
    return found;
  }

  private static List<Told> summary(long step, ByteBuffer in) {
    List<Told> all = new ArrayList<>();
    while (in.hasRemaining()) {
      assertEquals(1 << 3 | 2, varint(in), "a value");
      Map<Integer, Object> value = fields((ByteBuffer) field(in, 2));
      Told told = new Told();
      told.step = step;
      told.tag = StandardCharsets.UTF_8.decode((ByteBuffer) value.get(1)).toString();
      if (value.containsKey(5)) {
        Map<Integer, Object> spread = fields((ByteBuffer) value.get(5));
        told.isHistogram = true;
        told.count = (double) spread.get(3);
        told.sum = (double) spread.get(4);
        ByteBuffer buckets = (ByteBuffer) spread.get(7);
        while (buckets.hasRemaining()) {
          told.inBuckets += buckets.getDouble();
        }
      } else {
        told.scalar = (float) value.get(2);
      }
      all.add(told);
    }
    return all;
  }

  @Test
  void everyNumber_isThere_atItsStep() throws IOException {
    Run run = RandomRun.run(made.header, made.blocks(10, 8, 3));
    Path file = TensorBoard.write(run, folder.resolve("a/b"));
    assertTrue(file.getFileName().toString().startsWith("events.out.tfevents."), file.toString());
    Map<String, Float> scalars = new TreeMap<>();
    int histograms = 0;
    for (Told told : read(file)) {
      if (told.isHistogram) {
        histograms++;
        assertEquals(told.count, told.inBuckets);
        assertTrue(told.count > 0, told.tag);
      } else {
        scalars.put(told.step + " " + told.tag.substring(told.tag.indexOf('/') + 1), told.scalar);
      }
    }
    int expected = 0;
    int rows = 0;
    for (RandomRun.Kept kept : made.records) {
      for (int k = 0; k < kept.values.length; k++) {
        if (!Absent.is(kept.values[k])) {
          expected++;
          String tag = kept.step + " " + made.header.columns().get(k).name();
          assertEquals((float) kept.values[k], scalars.get(tag), tag);
        }
      }
      for (double[] row : kept.rows) {
        boolean any = false;
        for (int i = 0; row != null && i < row.length; i++) {
          any |= Double.isFinite(row[i]);
        }
        rows += any ? 1 : 0;
      }
    }
    assertEquals(expected, scalars.size());
    assertEquals(rows, histograms);
  }

  @Test
  void whatIsWrittenAsItGrows_isTheSameFile() throws IOException {
    List<byte[]> blocks = made.blocks(10, 8, 3);
    Path exported = TensorBoard.write(RandomRun.run(made.header, blocks), folder.resolve("export"));
    Path live = folder.resolve("live");
    try (Recorder recorder = TensorBoard.recorder(live)) {
      recorder.header(made.header);
      recorder.header(made.header);
      int before = 0;
      for (byte[] block : blocks) {
        recorder.block(block);
        List<Told> now = read(live.resolve(exported.getFileName()));
        assertTrue(now.size() > before, "a block is there as soon as it came");
        before = now.size();
      }
    }
    assertArrayEquals(
        Files.readAllBytes(exported), Files.readAllBytes(live.resolve(exported.getFileName())));
  }

  @Test
  void aFileInPlaceOfTheFolder_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThrows(IllegalArgumentException.class, () -> TensorBoard.recorder(file));
    Run run = RandomRun.run(made.header, made.blocks(10, 8, 3));
    assertThrows(IOException.class, () -> TensorBoard.write(run, file));
    TensorBoard.write(run, folder.resolve("once"));
    assertThrows(
        IOException.class,
        () -> TensorBoard.write(run, folder.resolve("once")),
        "nothing is overwritten");
  }
}
