package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.RunLog;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Several runs in one page: their rows with all end values, and of each run the parts that a page
 * of its own has, under names that begin with its number.
 */
final class RunsFile {

  /** Runs of one file. */
  private static final int MAX_RUNS = 1000;

  /** Bytes that the page and the rows take. */
  private static final long PAGE = 1_500_000;

  private RunsFile() {}

  /**
   * Writes runs.
   *
   * @param most greatest size of the file
   * @throws Refusal if there is no run, or there are too many
   */
  static void write(List<RunLog> logs, FileHtml html, Path file, long most)
      throws Refusal, IOException {
    if (logs.isEmpty() || logs.size() > MAX_RUNS) {
      throw new Refusal(400, "A file has 1 to " + MAX_RUNS + " runs.");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is a folder");
    }
    Files.createDirectories(folder);
    Path temporary = folder.resolve(".implicit-bias-" + UUID.randomUUID() + ".tmp");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary))) {
        html.write(
            "Implicit bias - " + logs.size() + " runs",
            into -> data(logs, Math.max(0, most - PAGE) / logs.size(), into),
            out);
      }
      RunPage.move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void data(List<RunLog> logs, long share, OutputStream out)
      throws Refusal, IOException {
    List<RunRows.Kept> kept = new ArrayList<>();
    ArrayNode whole = JsonNodeFactory.instance.arrayNode();
    Set<String> ends = new LinkedHashSet<>();
    for (int k = 0; k < logs.size(); k++) {
      FollowedRun run = new FollowedRun(logs.get(k)).whole();
      RunCatalog.Entry entry = new RunCatalog.Entry(run.run().header(), false);
      List<RunRow.End> columns = RunRow.columns(run.run().header());
      columns.forEach(column -> ends.add(column.name));
      long changedAt = logs.get(k).changedAt();
      kept.add(new RunRows.Kept(RunRow.of(entry, run.run(), changedAt, columns), k + 1L, 0));
      byte[] parts = parts(run, "r" + k + "-", share);
      if (parts != null) {
        out.write(parts);
        whole.addObject().put("id", entry.id().toString()).put("prefix", "r" + k + "-");
      }
    }
    RunRows.View view = new RunRows.View(kept, 1, 0);
    ObjectNode rows = JsonNodeFactory.instance.objectNode();
    rows.set("usual", RowsJson.of(view, 0, 0, List.of()).get("ends"));
    rows.set("answer", RowsJson.whole(view, new ArrayList<>(ends)));
    rows.set("runs", RunJson.list(entries(kept)));
    rows.set("whole", whole);
    new Scripts(out, "").write("rows", rows);
  }

  private static List<RunCatalog.Entry> entries(List<RunRows.Kept> kept) {
    List<RunCatalog.Entry> entries = new ArrayList<>();
    kept.forEach(one -> entries.add(one.row.entry));
    return entries;
  }

  /** The parts of a run, with as many records as fit; null if not even two do. */
  private static byte @Nullable [] parts(FollowedRun run, String prefix, long most)
      throws Refusal, IOException {
    int records = RunPage.MAX_RECORDS;
    while (records >= 2 && run.run().size() > 0) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      RunData data =
          new RunData(run, records, new Scripts(new RunPage.Limited(bytes, most), prefix));
      try {
        data.write();
        return bytes.toByteArray();
      } catch (RunPage.TooLarge e) {
        records = data.fewer();
      }
    }
    return null;
  }
}
