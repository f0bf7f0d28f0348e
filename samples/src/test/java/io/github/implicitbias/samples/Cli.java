package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Runs a sample in this JVM, and reads what it wrote. */
final class Cli {

  final int code;
  final String out;
  final String err;

  private Cli(int code, String out, String err) {
    this.code = code;
    this.out = out;
    this.err = err;
  }

  static Cli run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Samples.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Cli(code, out.toString(), err.toString());
  }

  /** Runs a sample that has to succeed. */
  static Cli succeed(String... arguments) {
    Cli cli = run(arguments);
    assertEquals(0, cli.code, cli.err);
    return cli;
  }

  static String reference(String name) {
    return new File("src/test/resources/reference", name).getPath();
  }

  static List<CSVRecord> rows(Path file) throws IOException {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader reader = Files.newBufferedReader(file);
        CSVParser parser = CSVParser.parse(reader, format)) {
      List<CSVRecord> records = parser.getRecords();
      for (CSVRecord record : records) {
        assertEquals(parser.getHeaderNames().size(), record.size(), "fields of " + record);
      }
      return records;
    }
  }

  static List<CSVRecord> referenceRows(String name) throws IOException {
    return rows(Paths.get(reference(name)));
  }

  static double number(CSVRecord row, String column) {
    return Double.parseDouble(row.get(column));
  }

  static JsonNode summary(Path folder) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("summary.json").toFile());
  }
}
