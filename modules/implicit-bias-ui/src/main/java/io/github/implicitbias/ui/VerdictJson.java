package io.github.implicitbias.ui;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.prediction.Condition;
import io.github.implicitbias.core.run.RunVerdict;
import java.util.List;

/** What a run says of its predictions, as JSON of bounded size. */
final class VerdictJson {

  /** Characters of one answer that texts of the run may take. */
  private static final int MAX_CHARACTERS = 150_000;

  private static final int MAX_TEXT = 2_000;
  private static final int MAX_CONDITIONS = 40;

  private VerdictJson() {}

  static ObjectNode verdicts(List<RunVerdict> verdicts) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode nodes = answer.putArray("verdicts");
    int characters = 0;
    int leftOut = 0;
    for (RunVerdict verdict : verdicts) {
      if (characters > MAX_CHARACTERS || verdict.id().length() > MAX_TEXT) {
        leftOut++;
        continue;
      }
      ObjectNode node = nodes.addObject();
      node.put("id", verdict.id());
      node.put("state", verdict.state() == null ? null : verdict.state().words());
      node.put("applied", verdict.hasApplied());
      node.put("step", verdict.step() < 0 ? null : verdict.step());
      RunJson.put(node, "measured", verdict.measured());
      RunJson.put(node, "bound", verdict.bound());
      characters += 200 + verdict.id().length();
      characters += put(node, "statement", verdict.statement());
      characters += put(node, "source", verdict.source());
      characters += put(node, "tolerance", verdict.tolerance());
      characters += put(node, "measuredWords", verdict.measuredWords());
      characters += put(node, "boundWords", verdict.boundWords());
      characters += put(node, "detail", verdict.detail());
      ArrayNode conditions = node.putArray("conditions");
      for (Condition condition : verdict.conditions()) {
        if (conditions.size() < MAX_CONDITIONS) {
          ObjectNode one = conditions.addObject().put("met", condition.isMet());
          characters += 20 + put(one, "text", condition.text());
        }
      }
    }
    answer.put("leftOut", leftOut);
    return answer;
  }

  private static int put(ObjectNode node, String name, String text) {
    String cut = RunJson.cut(text, MAX_TEXT);
    node.put(name, cut);
    return cut.length();
  }
}
