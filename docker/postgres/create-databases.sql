-- Runs once, on an empty data folder: a database for each service that keeps something, owned by a user of the same
-- name. Nobody else may connect to it.
\getenv product_password PRODUCT_DB_PASSWORD
\getenv order_password ORDER_DB_PASSWORD

CREATE ROLE product LOGIN PASSWORD :'product_password';
CREATE DATABASE product OWNER product;
REVOKE ALL ON DATABASE product FROM PUBLIC;

CREATE ROLE "order" LOGIN PASSWORD :'order_password';
CREATE DATABASE "order" OWNER "order";
REVOKE ALL ON DATABASE "order" FROM PUBLIC;
