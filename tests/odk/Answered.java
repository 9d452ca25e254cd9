import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.ValidateOutcome;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.condition.IFunctionHandler;
import org.javarosa.core.model.data.GeoPointData;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.IntegerData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.instance.AbstractTreeElement;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.test.Scenario;
import org.javarosa.xpath.expr.XPathFuncExpr;

/**
 * Answers a form with the library that ODK Collect and KoboCollect are built on, and prints what it makes of it.
 *
 * <p>Run by tests/unit/flows/test_phone_forms.py, with ODK Validate, which brings the library, on the class path:
 * java -cp ODK_Validate.jar Answered.java form.xml folder-of-media line...
 *
 * <p>A line is "new name" (a new form), path=value (answer), path? (print the value), path* (print the choices), path! (is it asked),
 * send (print what keeps the form from being sent).
 */
public final class Answered {

    private static Path media;

    public static void main(String[] arguments) throws Exception {
        media = Path.of(arguments[1]);
        ReferenceManager.instance().addReferenceFactory(new Folder());
        Scenario scenario = null;
        for (int i = 2; i < arguments.length; i++) {
            if (arguments[i].startsWith("new ")) {
                FormDef form = Scenario.createFormDef(new File(arguments[0]));
                form.getEvaluationContext().addFunctionHandler(new PullData(form));
                scenario = Scenario.init(form);
                System.out.println(arguments[i]);
            } else {
                perform(scenario, arguments[i]);
            }
        }
    }

    private static void perform(Scenario scenario, String line) {
        if (line.equals("send")) {
            ValidateOutcome outcome = scenario.getValidationOutcome();
            System.out.println("send " + (outcome == null ? "ok" : outcome.failedPrompt.getReference()));
            return;
        }
        int sign = line.indexOf('=');
        if (sign > 0) {
            answer(scenario, "/data/" + line.substring(0, sign), line.substring(sign + 1));
            return;
        }
        String path = "/data/" + line.substring(0, line.length() - 1);
        if (line.endsWith("*")) {
            List<String> values = new ArrayList<>();
            scenario.choicesOf(path).forEach(choice -> values.add(choice.getValue()));
            System.out.println(line + " " + String.join(" ", values));
        } else if (line.endsWith("!")) {
            System.out.println(line + " " + node(scenario, path).isRelevant());
        } else {
            IAnswerData value = node(scenario, path).isRelevant() ? node(scenario, path).getValue() : null;
            System.out.println(line + " " + (value == null ? "" : value.getDisplayText()));
        }
    }

    private static TreeElement node(Scenario scenario, String path) {
        return scenario.getFormDef().getMainInstance().resolveReference(Scenario.getRef(path));
    }

    private static void answer(Scenario scenario, String path, String value) {
        IAnswerData data = new StringData(value);
        if (path.endsWith("lokasi")) {
            String[] parts = value.split(" ");
            data = new GeoPointData(new double[] {
                Double.parseDouble(parts[0]), Double.parseDouble(parts[1]), 12.0, 4.0
            });
        } else if (path.endsWith("jumlah_anggota")) {
            data = new IntegerData(Integer.parseInt(value));
        }
        int status = scenario.getFormEntryController().answerQuestion(scenario.indexOf(path), data, true);
        if (status != FormEntryController.ANSWER_OK) {
            System.out.println(path.substring(6) + "=" + " refused");
        }
    }

    /** Finds media files as Collect does: in the folder of the form. */
    private static final class Folder extends PrefixedRootFactory {
        Folder() {
            super(new String[] {"file-csv"});
        }

        @Override
        protected Reference factory(String terminal, String uri) {
            return new MediaFile(media.resolve(terminal.substring(1)), uri);
        }
    }

    private record MediaFile(Path path, String uri) implements Reference {
        public boolean doesBinaryExist() {
            return Files.exists(path);
        }

        public InputStream getStream() throws IOException {
            return new FileInputStream(path.toFile());
        }

        public String getURI() {
            return uri;
        }

        public String getLocalURI() {
            return path.toString();
        }

        public boolean isReadOnly() {
            return true;
        }

        public OutputStream getOutputStream() {
            throw new UnsupportedOperationException();
        }

        public void remove() {
            throw new UnsupportedOperationException();
        }

        public Reference[] probeAlternativeReferences() {
            return new Reference[0];
        }
    }

    /** The function that Collect adds to the library: a column of the row of a media file. */
    private record PullData(FormDef form) implements IFunctionHandler {
        public String getName() {
            return "pulldata";
        }

        public List<Class[]> getPrototypes() {
            return new ArrayList<>();
        }

        public boolean rawArgs() {
            return true;
        }

        public boolean realTime() {
            return false;
        }

        public Object eval(Object[] given, EvaluationContext context) {
            String key = XPathFuncExpr.toString(given[3]);
            AbstractTreeElement root = form.getNonMainInstance(XPathFuncExpr.toString(given[0])).getRoot();
            for (int i = 0; i < root.getNumChildren(); i++) {
                AbstractTreeElement row = root.getChildAt(i);
                if (cell(row, XPathFuncExpr.toString(given[2])).equals(key)) {
                    return cell(row, XPathFuncExpr.toString(given[1]));
                }
            }
            return "";
        }

        private static String cell(AbstractTreeElement row, String column) {
            IAnswerData value = ((TreeElement) row.getChild(column, 0)).getValue();
            return value == null ? "" : value.getDisplayText();
        }
    }
}
