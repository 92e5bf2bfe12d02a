# A Maven build inside the mount: two modules of this repository, generated sources, javac with its plugins, jars; clean and again.
# deadline: 1200
# heavy: yes
mkdir tree
cp "$ROOT/pom.xml" tree/
for module in proto common; do
  mkdir tree/$module
  cp -r "$ROOT/$module/pom.xml" "$ROOT/$module/src" tree/$module/
done
cd tree
build() { mvn -o -q -B -f build.xml -Dmaven.test.skip=true -Djacoco.skip=true -Dspotless.check.skip=true "$@"; }
sed '/<module>/ { /proto\|common/! d }' pom.xml >build.xml
sed -i 's|<relativePath>.*</relativePath>||; s|<version>0.1.0</version></parent>|&|' */pom.xml
build package
unzip -tq common/target/dbfs-common-*.jar
build clean
[[ ! -e common/target && ! -e proto/target ]]
build package
unzip -tq common/target/dbfs-common-*.jar
