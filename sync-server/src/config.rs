//! Settings: defaults, then the file, then the environment, then the command line.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use serde::Deserialize;

/// The server's settings.
#[derive(Debug, Clone, Deserialize)]
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
}

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
}

impl Config {
    /// Reads the settings: `environment` is all variables of the process.
    ///
    /// # Errors
    /// When a source cannot be read, names an unknown setting or has a wrong type.
    pub fn load(
        overrides: &Overrides,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Error> {
        let environment: std::collections::HashMap<_, _> = environment.into_iter().collect();
        let data = overrides
            .data
            .clone()
            .or_else(|| environment.get("BILTEN_DATA").map(PathBuf::from))
            .unwrap_or_else(|| Self::default().data);
        let builder = match &overrides.config {
            Some(path) => config::Config::builder().add_source(file(path, true)),
            None => config::Config::builder().add_source(file(&data.join("bilten.toml"), false)),
        };
        let mut builder = builder;
        if let Some(url) = environment.get("DATABASE_URL") {
            builder = builder.set_override("database_url", url.as_str())?;
        }
        // The harness and the commands read variables of their own.
        let own = environment
            .into_iter()
            .filter(|(name, _)| name.starts_with("BILTEN_") && !name.starts_with("BILTEN_TEST_"))
            .filter(|(name, _)| name != "BILTEN_PASSWORD")
            .collect();
        builder = builder.add_source(
            config::Environment::with_prefix("BILTEN")
                .try_parsing(true)
                .source(Some(own)),
        );
        if let Some(url) = &overrides.database_url {
            builder = builder.set_override("database_url", url.as_str())?;
        }
        let mut config: Self = builder.build()?.try_deserialize()?;
        if overrides.data.is_some() || config.data == Self::default().data {
            config.data = data;
        }
        if config.tls_certificate.is_some() != config.tls_key.is_some() {
            return Err(Error::HalfTls);
        }
        Ok(config)
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
        self.public_url.clone().unwrap_or_else(|| {
            let scheme = if self.tls_key.is_some() {
                "https"
            } else {
                "http"
            };
            format!("{scheme}://{}", self.listen)
        })
    }
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
    }
}
