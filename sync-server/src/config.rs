//! Settings: defaults, then the file, then the environment, then the command line.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use serde::Deserialize;

/// The server's settings.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of everything the server keeps.
    pub data: PathBuf,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// What this server calls itself among others on one database.
    pub node: String,
    /// PostgreSQL to use in place of the file in `data`.
    pub database_url: Option<String>,
    /// How the world reaches this server, without a slash at the end.
    pub public_url: Option<String>,
    /// File of the master key; `master.key` in `data` when absent.
    pub master_key_file: Option<PathBuf>,
    /// The master key itself, 64 hexadecimal digits; wins over the file.
    pub master_key: Option<String>,
    /// Certificate chain and key in PEM: the server then speaks TLS.
    pub tls_certificate: Option<PathBuf>,
    /// Private key of `tls_certificate`, PEM.
    pub tls_key: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Networks,
    /// Seconds that a request may take.
    pub request_timeout_secs: u64,
    /// Bytes that a request body may have.
    pub body_limit_bytes: usize,
    /// Seconds that open requests get at shutdown.
    pub shutdown_secs: u64,
    /// What the log says: a level, or levels by module as `tracing` filters write them.
    pub log: String,
    /// Lines of JSON in place of text in the log.
    pub log_json: bool,
    /// Variables of the environment that look like settings and are none.
    #[serde(skip)]
    pub unknown: Vec<String>,
}

/// What settings are called in the environment, in capitals after `BILTEN_`.
const NAMES: [&str; 15] = [
    "data",
    "listen",
    "node",
    "database_url",
    "public_url",
    "master_key_file",
    "master_key",
    "tls_certificate",
    "tls_key",
    "trusted_proxies",
    "request_timeout_secs",
    "body_limit_bytes",
    "shutdown_secs",
    "log",
    "log_json",
];

/// Beginnings of variables that belong to others: scanners, tests, the commands themselves.
const OTHERS: [&str; 5] = [
    "BILTEN_SCAN_",
    "BILTEN_TEST_",
    "BILTEN_CRASH_",
    "BILTEN_BIN",
    "BILTEN_PASSWORD",
];

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("bilten-data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            node: "server".to_owned(),
            database_url: None,
            public_url: None,
            master_key_file: None,
            master_key: None,
            tls_certificate: None,
            tls_key: None,
            trusted_proxies: Networks::default(),
            request_timeout_secs: 30,
            body_limit_bytes: 1 << 20,
            shutdown_secs: 20,
            log: "info".to_owned(),
            log_json: false,
            unknown: Vec::new(),
        }
    }
}

/// Some networks: addresses or prefixes with commas between, `127.0.0.1, 10.0.0.0/8`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether `address` is in one of them.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl TryFrom<String> for Networks {
    type Error = ipnet::AddrParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let networks = parts.map(|part| {
            let address = part.parse::<IpAddr>().map(IpNet::from);
            address.or_else(|_| part.parse())
        });
        networks.collect::<Result<_, _>>().map(Self)
    }
}

/// What the command line may say.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Overrides {
    /// Folder of everything the server keeps (made when absent).
    #[arg(long, global = true)]
    pub data: Option<PathBuf>,
    /// Settings in TOML; `bilten.toml` in the data folder when absent.
    #[arg(long, global = true)]
    pub config: Option<PathBuf>,
    /// PostgreSQL to use in place of the file in the data folder; also DATABASE_URL.
    #[arg(long, global = true)]
    pub database_url: Option<String>,
}

/// Settings that make no sense.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unreadable, unknown or of the wrong type.
    #[error("the settings cannot be read")]
    Unreadable(#[from] config::ConfigError),
    /// TLS needs both files.
    #[error("tls_certificate and tls_key belong together: give both or none")]
    HalfTls,
    /// No address that a browser could open.
    #[error("public_url is no http:// or https:// address: {0}")]
    PublicUrl(String),
    /// A limit that lets nothing through.
    #[error("{0} is 0: no request could be answered")]
    Nothing(&'static str),
}

impl Config {
    /// Reads the settings: `environment` is all variables of the process.
    ///
    /// An empty variable counts as absent.
    ///
    /// # Errors
    /// When a source cannot be read, the file names an unknown setting, or a value makes no sense.
    pub fn load(
        overrides: &Overrides,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Error> {
        let said = environment
            .into_iter()
            .filter(|(_, value)| !value.is_empty());
        let said: HashMap<_, _> = said.collect();
        let data = overrides
            .data
            .clone()
            .or_else(|| said.get("BILTEN_DATA").map(PathBuf::from))
            .unwrap_or_else(|| Self::default().data);
        let mut builder = match &overrides.config {
            Some(path) => config::Config::builder().add_source(file(path, true)),
            None => config::Config::builder().add_source(file(&data.join("bilten.toml"), false)),
        };
        if let Some(url) = said.get("DATABASE_URL") {
            builder = builder.set_override("database_url", url.as_str())?;
        }
        let (settings, unknown) = settings_of(said);
        builder = builder.add_source(
            config::Environment::with_prefix("BILTEN")
                .try_parsing(true)
                .source(Some(settings)),
        );
        if let Some(url) = &overrides.database_url {
            builder = builder.set_override("database_url", url.as_str())?;
        }
        let mut config: Self = builder.build()?.try_deserialize()?;
        if overrides.data.is_some() || config.data == Self::default().data {
            config.data = data;
        }
        config.unknown = unknown;
        config.checked()
    }

    /// The settings, where they make sense together.
    fn checked(self) -> Result<Self, Error> {
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            return Err(Error::HalfTls);
        }
        if let Some(url) = self.public_url.as_ref().filter(|url| !is_web_address(url)) {
            return Err(Error::PublicUrl(url.clone()));
        }
        if self.request_timeout_secs == 0 {
            return Err(Error::Nothing("request_timeout_secs"));
        }
        if self.body_limit_bytes == 0 {
            return Err(Error::Nothing("body_limit_bytes"));
        }
        Ok(self)
    }

    /// Where the data is, as people say it.
    #[must_use]
    pub fn place(&self) -> String {
        match self.database_url {
            Some(_) => "the PostgreSQL database".to_owned(),
            None => self.data.display().to_string(),
        }
    }

    /// The SQLite file.
    #[must_use]
    pub fn database_file(&self) -> PathBuf {
        self.data.join("bilten.sqlite")
    }

    /// The file of the master key.
    #[must_use]
    pub fn master_key_path(&self) -> PathBuf {
        self.master_key_file
            .clone()
            .unwrap_or_else(|| self.data.join("master.key"))
    }

    /// The address that links begin with.
    #[must_use]
    pub fn public_url(&self) -> String {
        let said = self.public_url.as_deref();
        let said = said.map(|url| url.trim_end_matches('/').to_owned());
        said.unwrap_or_else(|| {
            let scheme = if self.tls_key.is_some() {
                "https"
            } else {
                "http"
            };
            format!("{scheme}://{}", self.listen)
        })
    }
}

/// The variables that are settings, and the names of those that may be misspelt ones.
fn settings_of(said: HashMap<String, String>) -> (HashMap<String, String>, Vec<String>) {
    let is_setting = |name: &str| {
        let name = name.strip_prefix("BILTEN_").unwrap_or_default();
        NAMES.contains(&name.to_ascii_lowercase().as_str())
    };
    let (settings, others): (HashMap<_, _>, HashMap<_, _>) =
        said.into_iter().partition(|(name, _)| is_setting(name));
    let ours = |name: &String| {
        name.starts_with("BILTEN_") && !OTHERS.iter().any(|other| name.starts_with(other))
    };
    let mut unknown: Vec<_> = others.into_keys().filter(ours).collect();
    unknown.sort_unstable();
    (settings, unknown)
}

fn is_web_address(text: &str) -> bool {
    let Ok(address) = text.parse::<axum::http::Uri>() else {
        return false;
    };
    let scheme = matches!(address.scheme_str(), Some("http" | "https"));
    scheme && address.host().is_some_and(|host| !host.is_empty()) && address.query().is_none()
}

fn file(path: &Path, required: bool) -> config::File<config::FileSourceFile, config::FileFormat> {
    config::File::new(&path.to_string_lossy(), config::FileFormat::Toml).required(required)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, Error> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bilten.toml"), file).unwrap();
        let overrides = Overrides {
            data: Some(folder.path().to_owned()),
            ..Overrides::default()
        };
        let environment = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::load(&overrides, environment)
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let config = load(
            "request_timeout_secs = 5\nlog_json = true",
            &[("BILTEN_REQUEST_TIMEOUT_SECS", "7")],
        )
        .unwrap();
        assert_eq!(config.request_timeout_secs, 7);
        assert!(config.log_json);
    }

    #[test]
    fn database_url_is_read() {
        let config = load("", &[("DATABASE_URL", "postgres://there")]).unwrap();
        assert_eq!(config.database_url.as_deref(), Some("postgres://there"));
    }

    #[test]
    fn proxies_are_addresses_and_prefixes() {
        let config = load(
            "",
            &[("BILTEN_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,fd00::/8")],
        )
        .unwrap();
        let trusted = |address: &str| config.trusted_proxies.contain(address.parse().unwrap());
        assert!(trusted("127.0.0.1") && trusted("10.9.8.7") && trusted("fd12::1"));
        assert!(!trusted("127.0.0.2") && !trusted("11.0.0.1") && !trusted("fe80::1"));
        assert!(load("trusted_proxies = \"localhost\"", &[]).is_err());
    }

    #[test]
    fn unknown_settings_and_wrong_types_are_refused() {
        assert!(load("requst_timeout_secs = 5", &[]).is_err());
        assert!(load("", &[("BILTEN_LISTEN", "nowhere")]).is_err());
        assert!(load("tls_key = \"k.pem\"", &[]).is_err());
        for nothing in ["request_timeout_secs = 0", "body_limit_bytes = 0"] {
            assert!(load(nothing, &[]).is_err(), "{nothing}");
        }
        for url in [
            "tickets.example.org",
            "ftp://a.example",
            "https://",
            "https://a b",
            "/x",
        ] {
            let set = load("", &[("BILTEN_PUBLIC_URL", url)]);
            assert!(matches!(set, Err(Error::PublicUrl(_))), "{url}");
        }
        let set = load(
            "",
            &[(
                "BILTEN_PUBLIC_URL",
                "https://tickets.example.org:8443/shop/",
            )],
        );
        assert_eq!(
            set.unwrap().public_url(),
            "https://tickets.example.org:8443/shop"
        );
    }

    #[test]
    fn variables_of_other_programs_are_left_alone_and_misspelt_ones_told() {
        let config = load(
            "shutdown_secs = 7",
            &[
                ("BILTEN_SCAN_HOME", "/tmp"),
                ("BILTEN_TEST_POSTGRES", "postgres://x"),
                ("BILTEN_BIN", "/tmp"),
                ("BILTEN_CRASH_ROUNDS", "9"),
                ("BILTEN_PASSWORD", "secret"),
                ("BILTEN_LISTN", "0.0.0.0:80"),
                ("DATABASE_URL", ""),
                ("BILTEN_LISTEN", ""),
                ("BILTEN_SHUTDOWN_SECS", ""),
            ],
        );
        let config = config.unwrap();
        assert_eq!(config.unknown, ["BILTEN_LISTN"]);
        assert_eq!(config.database_url, None);
        assert_eq!(config.listen, Config::default().listen);
        assert_eq!(config.shutdown_secs, 7);
    }

    impl serde::Serialize for Networks {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(self.0.iter().map(ToString::to_string))
        }
    }

    /// Every setting with its default, as a file would say it; empty for none.
    fn defaults() -> Vec<(String, String)> {
        let all = serde_json::to_value(Config::default()).unwrap();
        let all = all.as_object().unwrap().iter().map(|(name, value)| {
            let none = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            (
                name.clone(),
                if none {
                    String::new()
                } else {
                    value.to_string()
                },
            )
        });
        all.collect()
    }

    fn page(name: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        std::fs::read_to_string(root.join(name)).unwrap()
    }

    #[test]
    fn the_page_of_settings_has_them_all_with_their_defaults() {
        let page = page("docs/settings.md");
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
        let mut told: Vec<(String, String)> = rows
            .map(|row| {
                let cells: Vec<_> = row.split('|').map(str::trim).collect();
                let (name, variable) = (cells[0].trim_matches('`'), cells[1].trim_matches('`'));
                assert_eq!(variable, format!("BILTEN_{}", name.to_uppercase()));
                (
                    name.to_owned(),
                    cells[2].trim_matches(['`', '–']).to_owned(),
                )
            })
            .collect();
        let mut settings = defaults();
        told.sort();
        settings.sort();
        assert_eq!(told, settings);
        let mut names: Vec<_> = settings.iter().map(|(name, _)| name.as_str()).collect();
        let mut known = NAMES;
        names.sort_unstable();
        known.sort_unstable();
        assert_eq!(names, known);
    }

    #[test]
    fn the_file_of_the_packages_shows_every_setting() {
        let shown: Vec<_> = page("packaging/bilten.toml")
            .lines()
            .filter_map(|line| line.strip_prefix('#').filter(|line| !line.starts_with(' ')))
            .map(str::to_owned)
            .collect();
        load(&shown.join("\n"), &[]).expect("every line can be taken as it stands");
        let names: Vec<_> = shown
            .iter()
            .filter_map(|line| Some(line.split_once(" = ")?.0))
            .collect();
        for (name, _) in defaults() {
            let times = names.iter().filter(|shown| **shown == name).count();
            assert_eq!(times, 1, "{name}");
        }
    }
}
